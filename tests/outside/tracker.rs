//! Tasks of projects, with sources that count what they are asked and can be made to fail.

use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use auth_core::{
    Context, Identity, Keyed, Load, Principal, Relate, Relations, Relationships, Resource,
    SourceOfTruth, condition, policy,
};
use auth_tests::notes::{Role, UserId};
use axum::extract::State;

#[derive(Clone, Debug, PartialEq, Eq, Resource)]
pub(crate) struct Portfolio {
    #[key]
    pub(crate) id: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Resource)]
pub(crate) struct Project {
    #[key]
    pub(crate) id: u64,
    #[parent(Portfolio)]
    pub(crate) portfolio: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Resource)]
pub(crate) struct Task {
    #[key]
    pub(crate) id: u64,
    #[owner]
    pub(crate) author: UserId,
    #[parent(Project)]
    pub(crate) projects: Vec<u64>,
    #[tenant]
    pub(crate) org: String,
    pub(crate) open: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Project)]
pub(crate) enum ProjectRole {
    Viewer,
    #[implies(Viewer)]
    Editor,
    Blocked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Portfolio)]
pub(crate) enum PortfolioRole {
    Manager,
}

/// Where facts come from.
#[derive(Clone, Debug, Default)]
pub(crate) struct App {
    pub(crate) kept: Relationships,
    /// Questions for relations.
    pub(crate) relations: Count,
    /// Loads of projects, and projects loaded.
    pub(crate) loads: Count,
    pub(crate) loaded: Count,
    /// How often a condition about the caller alone was asked.
    pub(crate) asked: Count,
    /// Which key the sources fail at.
    pub(crate) fails_at: Option<u64>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Count(Arc<AtomicUsize>);

impl Count {
    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, more: usize) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }
}

impl App {
    async fn held<R: Relate<Of: Keyed<Key = u64>>>(
        &self,
        by: &Principal,
        to: &[u64],
    ) -> Result<Vec<(u64, R)>, String> {
        self.relations.add(1);
        if self.fails_at.is_some_and(|key| to.contains(&key)) {
            return Err("the relations are down".to_owned());
        }
        self.kept
            .held(by, to)
            .await
            .map_err(|error| error.to_string())
    }
}

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
relate!(ProjectRole, PortfolioRole);

impl Load for Task {
    type State = App;
    type Key = u64;
    type Error = String;

    async fn load(_: u64, _: &App) -> Result<Option<Self>, String> {
        Ok(None)
    }
}

impl Load for Project {
    type State = App;
    type Key = u64;
    type Error = String;

    async fn load(_: u64, _: &App) -> Result<Option<Self>, String> {
        Err("one by one".to_owned())
    }

    async fn load_many(ids: Vec<u64>, app: &App) -> Result<Vec<Self>, String> {
        app.loads.add(1);
        app.loaded.add(ids.len());
        // Project 9 is gone. In no particular order.
        let there = ids.into_iter().rev().filter(|id| *id != 9);
        Ok(there
            .map(|id| Self {
                id,
                portfolio: id % 3,
            })
            .collect())
    }
}

/// the task is open
#[condition]
pub(crate) fn open(task: &Task) -> bool {
    task.open
}

/// the caller is trusted
#[condition]
pub(crate) fn trusted(caller: &Principal, app: State<App>) -> bool {
    app.asked.add(1);
    caller.subject() != "eve"
}

/// the caller was looked up
#[condition]
pub(crate) async fn looked_up(caller: &Principal, app: State<App>) -> Result<bool, String> {
    app.asked.add(1);
    if caller.subject() == "down" {
        Err("the directory is down".to_owned())
    } else {
        Ok(true)
    }
}

/// the task's number is even
#[condition]
pub(crate) async fn even(task: &Task, app: State<App>) -> Result<bool, String> {
    if app.fails_at == Some(task.id) {
        Err("it is odd".to_owned())
    } else {
        Ok(task.id.is_multiple_of(2))
    }
}

/// the task's number can be divided
#[condition]
pub(crate) async fn divisible(
    caller: &Principal,
    #[param] by: u64,
    tasks: &[&Task],
    app: State<App>,
) -> Result<Vec<bool>, String> {
    app.asked.add(1);
    if tasks.iter().any(|task| app.fails_at == Some(task.id)) {
        return Err("it is prime".to_owned());
    }
    let divides = |task: &&Task| task.id.is_multiple_of(by) || caller.subject() == "eve";
    Ok(tasks.iter().map(divides).collect())
}

/// the project is open for business
#[condition]
pub(crate) async fn in_business(project: &Project, app: State<App>) -> bool {
    app.asked.add(1);
    project.id != 7
}

/// it is asked outside a request
#[condition]
pub(crate) fn outside(context: &Context) -> bool {
    context.method().is_none()
}

#[derive(Debug)]
#[policy(
    role = "reader",
    any(owns = "task", relation(ProjectRole::Viewer, on = "task"))
)]
pub(crate) struct Read;

#[derive(Debug)]
#[policy(
    when = trusted,
    any(
        all(owns = "task", when = open),
        relation(ProjectRole::Editor, on = "task"),
        all(when = even, relation(PortfolioRole::Manager, on = "task", through = "project")),
    ),
    forbid(relation(ProjectRole::Blocked, on = "task")),
    unless = sealed
)]
pub(crate) struct Edit;

/// the task is of nobody's project
#[condition]
pub(crate) fn sealed(task: &Task) -> bool {
    task.projects.is_empty() && !task.open
}

/// What everyone is now: readers, save Bob, who is at another tenant, and Cy, who is gone.
impl SourceOfTruth for App {
    type Error = String;

    async fn account(&self, blank: Identity) -> Result<Option<Identity>, String> {
        match (blank.subject(), self.fails_at) {
            (_, Some(3)) => Err("the accounts are down".to_owned()),
            ("cy", _) => Ok(None),
            ("bob", _) => Ok(Some(blank.role(Role::Reader).tenant("other"))),
            _ => Ok(Some(blank.role(Role::Reader).tenant("acme"))),
        }
    }
}

#[derive(Debug)]
#[policy(policy = Read, when = trusted, fresh)]
pub(crate) struct ReadNow;

/// Who may look after a task: viewers of open ones, and managers.
#[derive(Debug)]
#[policy(any(
    all(when = open, relation(ProjectRole::Viewer, on = "task")),
    relation(PortfolioRole::Manager, on = "task", through = "project"),
))]
pub(crate) struct LookAfter;

/// the caller writes
#[condition]
pub(crate) fn writes(caller: &Principal) -> bool {
    caller.has_role(Role::Writer)
}

/// the caller may write the task
#[condition]
pub(crate) async fn writable(caller: &Principal, tasks: &[&Task]) -> Vec<bool> {
    vec![caller.has_role(Role::Writer); tasks.len()]
}

#[derive(Debug)]
#[policy(when = writes, owns = "task", fresh)]
pub(crate) struct WriteNow;

#[derive(Debug)]
#[policy(when = writable, owns = "task", fresh)]
pub(crate) struct WriteTogetherNow;

#[derive(Debug)]
#[policy(any(role = "admin", all(when = looked_up, when = even, when = outside)), hide)]
pub(crate) struct Audit;

#[derive(Debug)]
#[policy(any(
    all(when = divisible(2), when = open),
    all(when = divisible(3), not(relation(ProjectRole::Blocked, on = "task"))),
    all(not(when = divisible(5)), owns = "task"),
))]
pub(crate) struct Divide;

/// Of the tasks that are of nobody's, what somebody may take who edits a project.
#[derive(Debug)]
#[policy(
    relation(ProjectRole::Editor, on = "project"),
    when = in_business,
    when = divisible(1),
    not(owns = "task")
)]
pub(crate) struct Take;

#[derive(Debug)]
#[policy(
    any(owns = "task", not(relation(ProjectRole::Viewer, on = "task"))),
    across_tenants(because = "a test")
)]
pub(crate) struct Odd;

pub(crate) fn person(subject: &str, roles: &[Role], tenant: &str) -> Principal {
    let identity = Identity::person("tests", subject).tenant(tenant);
    Principal::for_test(
        roles
            .iter()
            .fold(identity, |identity, role| identity.role(*role)),
    )
}

pub(crate) fn task(id: u64, author: &str, projects: &[u64]) -> Task {
    Task {
        id,
        author: UserId(author.to_owned()),
        projects: projects.to_vec(),
        org: "acme".to_owned(),
        open: true,
    }
}
