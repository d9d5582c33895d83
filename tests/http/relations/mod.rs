//! Relations: to the resource, to its parents, through groups; asked once, whatever the rule's shape.

mod asking;
mod gone;
mod newtypes;
mod of_a_tenant;
mod tenants_on_the_way;

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use auth_core::{
    Granted, GroupsError, Guarded, Load, PolicyRouter, Principal, Relate, Relations, Relationships,
    Resource, requires, routing::get,
};
use auth_tests::{Callers, call, log::logged, notes::Role};
use http::Method;

#[derive(Clone, Debug, Resource)]
struct Portfolio {
    #[key]
    id: u64,
}

#[derive(Clone, Debug, Resource)]
struct Project {
    #[key]
    id: u64,
    #[parent(Portfolio)]
    portfolio: Option<u64>,
    #[tenant]
    org: String,
}

#[derive(Clone, Debug, Resource)]
struct Task {
    #[key]
    id: u64,
    #[parent(Project)]
    projects: Vec<u64>,
}

#[derive(Clone, Debug, Resource)]
struct Folder {
    #[key]
    id: u64,
    #[parent(Folder)]
    within: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Project)]
enum ProjectRole {
    Viewer,
    #[implies(Viewer)]
    Editor,
    #[name = "blocked-user"]
    Blocked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Portfolio)]
enum PortfolioRole {
    Manager,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Folder)]
enum FolderRole {
    Reader,
}

/// What was asked, and what answers.
#[derive(Clone, Debug, Default)]
struct App {
    kept: Relationships,
    relations: Arc<AtomicUsize>,
    keys: Arc<AtomicUsize>,
    projects: Arc<AtomicUsize>,
}

impl App {
    async fn held<R: Relate<Of: auth_core::Keyed<Key = u64>>>(
        &self,
        by: &Principal,
        to: &[u64],
    ) -> Result<Vec<(u64, R)>, String> {
        self.relations.fetch_add(1, Ordering::Relaxed);
        self.keys.fetch_add(to.len(), Ordering::Relaxed);
        match by.subject() {
            "down" => Err("the relations are down".to_owned()),
            "panics" => panic!("in a source of relations"),
            _ => self
                .kept
                .held(by, to)
                .await
                .map_err(|error| error.to_string()),
        }
    }
}

/// One implementation, for several kinds.
macro_rules! relate {
    ($($kind:ty),*) => { $(
        impl Relate for $kind {
            type State = App;
            type Error = String;

            async fn held(by: &Principal, to: &[u64], app: &App) -> Result<Vec<(u64, Self)>, String> {
                app.held(by, to).await
            }
        }
    )* };
}
relate!(ProjectRole, PortfolioRole, FolderRole);

/// Of project 1 and of both, of none, of one that is gone, of another tenant's.
const OF_ONE: u64 = 1;
const OF_BOTH: u64 = 2;
const OF_NONE: u64 = 3;
const OF_A_GONE: u64 = 4;
const OF_ANOTHERS: u64 = 5;

impl Load for Task {
    type State = App;
    type Key = u64;
    type Error = String;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, String> {
        let projects = match id {
            OF_ONE => vec![10],
            OF_BOTH => vec![10, 20],
            OF_NONE => Vec::new(),
            OF_A_GONE => vec![99],
            OF_ANOTHERS => vec![30],
            500 => return Err("the tasks are down".to_owned()),
            _ => return Ok(None),
        };
        Ok(Some(Self { id, projects }))
    }
}

impl Load for Project {
    type State = App;
    type Key = u64;
    type Error = String;

    async fn load(id: u64, app: &App) -> Result<Option<Self>, String> {
        app.projects.fetch_add(1, Ordering::Relaxed);
        let org = if id == 30 { "other" } else { "acme" };
        let project = Self {
            id,
            portfolio: (id != 20).then_some(id / 10),
            org: org.to_owned(),
        };
        Ok((id != 99).then_some(project))
    }
}

impl Load for Folder {
    type State = App;
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, Infallible> {
        Ok(Some(Self {
            id,
            within: (id > 1).then_some(id - 1),
        }))
    }
}

#[requires(relation(ProjectRole::Editor, on = "task"))]
async fn edit(task: Granted<Task>) -> String {
    task.id.to_string()
}

#[requires(relation(ProjectRole::Viewer, on = Task))]
async fn view(task: Granted<Task>) -> String {
    task.projects.len().to_string()
}

#[requires(authenticated, not(relation(ProjectRole::Blocked, on = "task")))]
async fn unless_blocked() -> &'static str {
    "not blocked"
}

#[requires(any(
    role = "admin",
    relation(PortfolioRole::Manager, on = "task", through = "project")
))]
async fn manage() -> &'static str {
    "managed"
}

#[requires(
    any(
        relation(ProjectRole::Editor, on = "task"),
        relation(ProjectRole::Viewer, on = "task")
    ),
    forbid(relation(ProjectRole::Blocked, on = "task"))
)]
async fn either() -> &'static str {
    "either"
}

#[requires(relation(FolderRole::Reader, on = "folder"))]
async fn folder(folder: Granted<Folder>) -> String {
    format!("{:?}", folder.within)
}

#[requires(tenant = "project", relation(PortfolioRole::Manager, on = "project"))]
async fn project(project: Granted<Project>) -> String {
    project.id.to_string()
}

#[requires(
    tenant = "project",
    relation(PortfolioRole::Manager, on = "task", through = "project")
)]
async fn task_of_project(task: Granted<Task>, project: Granted<Project>) -> String {
    format!("{} of {}", task.id, project.id)
}

fn app() -> (Guarded, App) {
    let kept = Relationships::new()
        .person("ed", ProjectRole::Editor, 10)
        .person("vi", ProjectRole::Viewer, 20)
        .person("mo", PortfolioRole::Manager, 1)
        .person("mo", PortfolioRole::Manager, 3)
        .person("bo", ProjectRole::Blocked, 20)
        .person("bo", ProjectRole::Editor, 10)
        .person("fo", FolderRole::Reader, 2)
        .group("staff", ProjectRole::Editor, 10)
        .member("gus", "night shift")
        .subgroup("night shift", "support")
        .subgroup("support", "staff")
        .subgroup("staff", "support");
    let state = App {
        kept,
        ..App::default()
    };
    let app = PolicyRouter::new()
        .route("/edit/{task_id}", get(edit))
        .route("/view/{task_id}", get(view))
        .route("/unless-blocked/{task_id}", get(unless_blocked))
        .route("/manage/{task_id}", get(manage))
        .route("/either/{task_id}", get(either))
        .route("/folders/{id}", get(folder))
        .route("/projects/{id}", get(project))
        .route(
            "/projects/{project_id}/tasks/{task_id}",
            get(task_of_project),
        )
        .with_state(state.clone())
        .authenticate(Callers);
    (app, state)
}

async fn expect(cases: &[(&str, &str, u16)]) {
    let (app, _) = app();
    for (path, caller, status) in cases {
        let answer = call(&app, Method::GET, path, caller).await;
        assert_eq!(
            answer.status(),
            *status,
            "{path} by {caller:?}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_relation_to_the_parent_is_one_to_the_resource_and_implies_the_weaker() {
    expect(&[
        ("/edit/1", "ed", 200),
        ("/view/1", "ed", 200),
        ("/edit/2", "vi", 403),
        ("/view/2", "vi", 200),
        ("/edit/1", "", 401),
        ("/edit/3", "ed", 403),
        ("/edit/404", "ed", 404),
        ("/edit/1", "stranger", 403),
    ])
    .await;
}

#[tokio::test]
async fn any_of_several_parents_will_do_and_any_is_enough_to_be_blocked() {
    expect(&[
        ("/view/2", "vi", 200),
        ("/edit/2", "ed", 200),
        ("/unless-blocked/1", "bo", 200),
        ("/unless-blocked/2", "bo", 403),
        ("/unless-blocked/3", "bo", 200),
        ("/unless-blocked/2", "ed", 200),
        ("/unless-blocked/404", "ed", 404),
        ("/unless-blocked/1", "", 401),
    ])
    .await;
}

#[tokio::test]
async fn a_relation_leads_through_what_stands_between() {
    expect(&[
        ("/manage/1", "mo; tenant=acme", 200),
        ("/manage/2", "mo; tenant=acme", 200),
        ("/manage/3", "mo; tenant=acme", 403),
        ("/manage/1", "ed; tenant=acme", 403),
        // A project that is gone might have led there.
        ("/manage/4", "mo; tenant=acme", 404),
        ("/manage/4", "ed; admin; tenant=acme", 200),
        // What stands between belongs to a tenant, and is missing to another's caller.
        ("/manage/5", "mo; tenant=acme", 404),
        ("/manage/5", "mo; tenant=other", 200),
        ("/manage/1", "mo; tenant=other", 404),
        ("/manage/1", "mo", 404),
        ("/projects/10", "mo; tenant=acme", 200),
        ("/projects/20", "mo; tenant=acme", 403),
        ("/projects/10", "mo; tenant=other", 404),
    ])
    .await;
}

#[tokio::test]
async fn a_resource_may_be_its_own_kinds_parent() {
    expect(&[
        ("/folders/2", "fo", 200),
        ("/folders/3", "fo", 200),
        ("/folders/4", "fo", 403),
        ("/folders/1", "fo", 403),
    ])
    .await;
}

#[tokio::test]
async fn groups_of_groups_hold_relations_and_cycles_of_them_end() {
    expect(&[
        ("/edit/1", "gus", 200),
        ("/edit/2", "gus", 200),
        ("/edit/5", "gus", 403),
    ])
    .await;
}

#[tokio::test]
async fn groups_without_an_end_are_no_answer() {
    let mut deep = Relationships::new().member("gus", "0");
    for level in 0..20 {
        deep = deep.subgroup(&level.to_string(), &(level + 1).to_string());
    }
    let deep = deep.group("20", ProjectRole::Editor, 10);
    let gus = Principal::for_test(auth_core::Identity::person("tests", "gus"));
    let held = deep.held::<ProjectRole>(&gus, &[10]).await;
    assert_eq!(held, Err(GroupsError::TooDeep));
}

#[tokio::test]
async fn a_machine_is_not_the_person_of_its_name() {
    let kept = Relationships::new().person("ed", ProjectRole::Editor, 10);
    let ed = |identity| Principal::for_test(identity);
    let person = ed(auth_core::Identity::person("tests", "ed"));
    let machine = ed(auth_core::Identity::machine("tests", "ed"));
    assert_eq!(
        kept.held(&person, &[10]).await,
        Ok(vec![(10, ProjectRole::Editor)])
    );
    assert_eq!(
        kept.held::<ProjectRole>(&machine, &[10]).await,
        Ok(Vec::new())
    );
}
