//! Which of ten thousand tickets somebody may read, on a role, the owner and a relation to the project:
//! `cargo bench --bench filter`.

use std::{collections::HashSet, convert::Infallible, fmt, hint::black_box, sync::Arc};

use auth_core::{
    Identity, Load, Principal, Relate, Relations, Resource, SubjectId, async_trait, policy,
};
use comparison::{app::Role, ready::ready, rounds::Rounds};
use gatehouse::{
    FactLoadResult, FactRegistry, FactSource, PermissionChecker, PolicyBuilder, PolicyDomain,
    PolicyExt, RebacPolicy, RelationshipQuery,
};

const ITEMS: u32 = 10_000;
const PROJECTS: u64 = 200;

const BY_HAND: &str = "a loop by hand, one question for the projects";
const OURS: &str = "auth-core: `ReadTicket::authorize(…).filter(tickets)`";
const GATEHOUSE: &str = "gatehouse: `bind(…).try_filter(tickets)`";

#[derive(Clone, Debug, PartialEq, Eq, SubjectId)]
struct UserId(Arc<str>);

#[derive(Clone, Debug, Resource)]
struct Project {
    #[key]
    _id: u64,
}

#[derive(Clone, Debug, Resource)]
struct Ticket {
    #[key]
    _id: u64,
    #[owner]
    author: UserId,
    #[parent(Project)]
    project: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Project)]
enum ProjectRole {
    Viewer,
}

/// The projects that ann views.
#[derive(Clone, Debug)]
struct Views(Arc<HashSet<u64>>);

impl Relate for ProjectRole {
    type State = Views;
    type Error = Infallible;

    async fn held(
        by: &Principal,
        to: &[u64],
        views: &Views,
    ) -> Result<Vec<(u64, Self)>, Infallible> {
        Ok(views
            .of(by.subject(), to)
            .map(|project| (project, Self::Viewer))
            .collect())
    }
}

impl Views {
    fn of(&self, who: &str, projects: &[u64]) -> impl Iterator<Item = u64> {
        assert_eq!(who, "ann");
        projects
            .iter()
            .copied()
            .filter(|project| self.0.contains(project))
    }
}

impl Load for Ticket {
    type State = Views;
    type Key = u64;
    type Error = Infallible;

    async fn load(_: u64, _: &Views) -> Result<Option<Self>, Infallible> {
        Ok(None)
    }
}

#[policy(
    role = "reader",
    any(owns = "ticket", relation(ProjectRole::Viewer, on = "ticket"))
)]
struct ReadTicket;

struct Tracker;

struct User {
    name: Arc<str>,
    reads: bool,
}

impl PolicyDomain for Tracker {
    type Subject = User;
    type Action = ();
    type Resource = Ticket;
    type Context = ();
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Viewer;

impl fmt::Display for Viewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("viewer")
    }
}

type Query = RelationshipQuery<Arc<str>, u64, Viewer>;

#[async_trait]
impl FactSource<Query> for Views {
    async fn load_many(&self, queries: &[Query]) -> Vec<FactLoadResult<bool>> {
        let held = queries
            .iter()
            .map(|query| self.0.contains(&query.resource_id));
        held.map(FactLoadResult::Found).collect()
    }
}

fn gatehouse() -> PermissionChecker<Tracker> {
    let reads = PolicyBuilder::<Tracker>::new("Reader")
        .when(|user: &User, (): &(), _: &Ticket, (): &()| user.reads)
        .build();
    let owns = PolicyBuilder::<Tracker>::new("Owner")
        .when(|user: &User, (): &(), ticket: &Ticket, (): &()| ticket.author.0 == user.name)
        .build();
    let views = RebacPolicy::<Tracker, Arc<str>, u64, Viewer>::new(
        |user: &User| Arc::clone(&user.name),
        |ticket: &Ticket| ticket.project,
        Viewer,
    );
    let mut checker = PermissionChecker::new();
    checker.add_policy(reads.and(owns.or(views)));
    checker
}

fn main() {
    let (ann, dan): (Arc<str>, Arc<str>) = ("ann".into(), "dan".into());
    let tickets: Vec<_> = (0..u64::from(ITEMS))
        .map(|id| Ticket {
            _id: id,
            author: UserId(Arc::clone(if id % 5 == 0 { &ann } else { &dan })),
            project: id * 7 % PROJECTS,
        })
        .collect();
    let views = Views(Arc::new((0..PROJECTS).filter(|id| id % 2 == 0).collect()));
    let me = Principal::for_test(Identity::person("bench", "ann").role(Role::Reader));
    let user = User {
        name: Arc::clone(&ann),
        reads: true,
    };
    let checker = gatehouse();
    let registry = FactRegistry::builder()
        .with_arc::<Query>(Arc::new(views.clone()))
        .build();

    let kept = std::cell::Cell::new(0);
    let same = |count: usize| {
        let before = kept.replace(count);
        assert!(before == 0 || before == count, "{before} and {count} kept");
    };
    let mut rounds = Rounds::default();
    // Each one is given the list, and keeps what may be read.
    rounds.each(BY_HAND, || {
        let tickets = black_box(tickets.clone());
        if !me.has_role(Role::Reader) {
            return Vec::new();
        }
        let projects: HashSet<u64> = tickets.iter().map(|ticket| ticket.project).collect();
        let projects: Vec<u64> = projects.into_iter().collect();
        let viewed: HashSet<u64> = views.of(me.subject(), &projects).collect();
        let mine =
            |ticket: &Ticket| *ticket.author.0 == *me.subject() || viewed.contains(&ticket.project);
        let kept: Vec<_> = tickets.into_iter().filter(mine).collect();
        same(kept.len());
        kept
    });
    rounds.each(OURS, || {
        let tickets = black_box(tickets.clone());
        let kept = ready(ReadTicket::authorize(&me, &views).filter(tickets)).expect("told");
        same(kept.len());
        kept
    });
    rounds.each(GATEHOUSE, || {
        let tickets = black_box(tickets.clone());
        let session = registry.session();
        let kept = ready(checker.bind(&session, &user, &(), &()).try_filter(tickets));
        let Ok(kept) = kept else { panic!("told") };
        same(kept.len());
        kept
    });
    rounds.run();
    println!("{}", rounds.table());
    println!(
        "auth-core, an item: {:.1} ns (goal 100)",
        rounds.median(OURS) / f64::from(ITEMS)
    );
    for than in [BY_HAND, GATEHOUSE] {
        println!("auth-core / {than}: {:.3}", rounds.ratio(OURS, than));
    }
}
