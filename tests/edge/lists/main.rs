//! A list of ten thousand, out of a real database: one query for the list, and one a fact.

mod database;

use auth_core::{
    Granted, Identity, Load, Principal, Relate, Relations, Resource, SubjectId, condition, policy,
};
use auth_edge_tests::Postgres;
use auth_tests::notes::Role;
use axum::extract::State;
use database::Database;

#[derive(Clone, Debug, SubjectId)]
struct UserId(String);

#[derive(Clone, Debug, Resource)]
struct Portfolio {
    #[key]
    _id: i64,
}

#[derive(Clone, Debug, Resource)]
struct Project {
    #[key]
    id: i64,
    #[parent(Portfolio)]
    portfolio: i64,
}

#[derive(Clone, Debug, Resource)]
struct Task {
    #[key]
    id: i64,
    #[owner]
    author: UserId,
    #[parent(Project)]
    project: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Project)]
enum ProjectRole {
    Viewer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Portfolio)]
enum PortfolioRole {
    Manager,
}

/// One implementation, for both kinds: a table of who has which relation to what.
macro_rules! relate {
    ($($kind:ty: $table:literal),*) => { $(
        impl Relate for $kind {
            type State = Database;
            type Error = String;

            async fn held(by: &Principal, to: &[i64], database: &Database) -> Result<Vec<(i64, Self)>, String> {
                let Some(person) = by.person() else { return Ok(Vec::new()) };
                let rows = database.relations($table, person, to).await?;
                let known = |(id, name): (i64, String)| Some((id, Self::named(&name)?));
                Ok(rows.into_iter().filter_map(known).collect())
            }
        }
    )* };
}
relate!(ProjectRole: "project", PortfolioRole: "portfolio");

impl Load for Task {
    type State = Database;
    type Key = i64;
    type Error = String;

    async fn load(id: i64, database: &Database) -> Result<Option<Self>, String> {
        let tasks = database.tasks().await?;
        Ok(tasks.into_iter().find(|task| task.id == id))
    }
}

impl Load for Project {
    type State = Database;
    type Key = i64;
    type Error = String;

    async fn load(id: i64, database: &Database) -> Result<Option<Self>, String> {
        Ok(database.projects(&[id]).await?.pop())
    }

    async fn load_many(ids: Vec<i64>, database: &Database) -> Result<Vec<Self>, String> {
        database.projects(&ids).await
    }
}

/// nobody works on the task
#[condition]
async fn free(tasks: &[&Task], State(database): State<Database>) -> Result<Vec<bool>, String> {
    let ids: Vec<_> = tasks.iter().map(|task| task.id).collect();
    let held = database.on_hold(&ids).await?;
    Ok(ids.iter().map(|id| !held.contains(id)).collect())
}

/// Who may see a task.
#[policy(
    role = "reader",
    when = free,
    any(
        owns = "task",
        relation(ProjectRole::Viewer, on = "task"),
        relation(PortfolioRole::Manager, on = "task", through = "project"),
    )
)]
struct SeeTask;

async fn costs_one_query_a_fact(database: Database) {
    let ann = Principal::for_test(Identity::person("tests", "ann").role(Role::Reader));
    let tasks = database.tasks().await.expect("the list");
    assert_eq!((tasks.len(), database.queries()), (10_000, 1));
    let seen = SeeTask::authorize(&ann, &database)
        .filter(tasks.clone())
        .await;
    let seen: Vec<_> = seen
        .expect("all told")
        .into_iter()
        .map(Granted::into_inner)
        .collect();
    // The list itself; her relations to projects; the projects on the way; her relations to portfolios;
    // which are free.
    assert_eq!(database.queries(), 5);
    assert!(seen.iter().all(|task| task.id % 27 != 0));

    // Item by item it is the same list, at some dozens of queries for the first hundred alone.
    let mut single = Vec::new();
    for task in tasks.into_iter().take(100) {
        single.extend(SeeTask::authorize(&ann, &database).on(task).await.ok());
    }
    let single: Vec<_> = single.iter().map(|task| task.id).collect();
    let seen: Vec<_> = seen
        .iter()
        .map(|task| task.id)
        .filter(|id| *id < 100)
        .collect();
    assert_eq!(seen, single);
    assert!(!single.is_empty() && single.len() < 100, "{single:?}");
    assert!(database.queries() > 100);
}

#[tokio::test]
async fn on_sqlite() {
    costs_one_query_a_fact(Database::sqlite().await).await;
}

#[tokio::test]
async fn on_postgresql() {
    let Some(postgres) = Postgres::start() else {
        return;
    };
    costs_one_query_a_fact(Database::postgres(&postgres.url()).await).await;
}
