//! A decision of twenty atoms, each of which must be looked at: `cargo bench --bench atoms`.

use std::{convert::Infallible, hint::black_box};

use auth_core::{
    Identity, Load, Permissions, Principal, Resource, Roles, SubjectId, condition, policy,
};
use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter};
use comparison::{cedar::Cedar, ready::ready, rounds::Rounds};
use gatehouse::{EvaluationSession, PermissionChecker, PolicyBuilder, PolicyDomain, PolicyExt};
use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
enum Role {
    #[grants("ticket:update")]
    Writer,
    Admin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Permissions)]
enum Permission {
    TicketUpdate,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, SubjectId)]
struct UserId(String);

/// What is asked about. Its fields are what the engines read: plain numbers and truths, and two names.
#[derive(Clone, Debug, Hash, Serialize, Resource)]
#[allow(clippy::struct_excessive_bools, reason = "an atom each")]
struct Ticket {
    #[key]
    id: u64,
    #[owner]
    author: UserId,
    assignee: UserId,
    watcher: UserId,
    locked: bool,
    archived: bool,
    confidential: bool,
    draft: bool,
    spam: bool,
    severity: i64,
    votes: i64,
    age_days: i64,
    comments: i64,
    attachments: i64,
    region: i64,
    open: bool,
}

impl Load for Ticket {
    type State = ();
    type Key = u64;
    type Error = Infallible;

    async fn load(_: u64, (): &()) -> Result<Option<Self>, Infallible> {
        Ok(None)
    }
}

#[condition]
fn assigned(me: &Principal, ticket: &Ticket) -> bool {
    ticket.assignee.0 == me.subject()
}

#[condition]
fn watched(me: &Principal, ticket: &Ticket) -> bool {
    ticket.watcher.0 == me.subject()
}

#[condition]
fn in_region(#[param] region: i64, ticket: &Ticket) -> bool {
    ticket.region == region
}

#[policy(
    any(role = "admin", role = "writer"),
    permission = "ticket:update",
    scope = "tickets:write",
    any(owns = "ticket", when = assigned, when = watched),
    not(when = |ticket: &Ticket| ticket.locked),
    not(when = |ticket: &Ticket| ticket.archived),
    not(when = |ticket: &Ticket| ticket.confidential),
    not(when = |ticket: &Ticket| ticket.draft),
    not(when = |ticket: &Ticket| ticket.spam),
    when = |ticket: &Ticket| ticket.severity < 4,
    when = |ticket: &Ticket| ticket.votes < 1000,
    when = |ticket: &Ticket| ticket.age_days < 30,
    when = |ticket: &Ticket| ticket.comments < 500,
    when = |ticket: &Ticket| ticket.attachments < 20,
    any(when = in_region(1), when = in_region(2)),
    when = |ticket: &Ticket| ticket.open,
)]
struct Triage;

const BY_HAND: &str = "by hand, one expression";
const OURS: &str = "auth-core: `Triage::authorize(…).on(ticket)`";
const GATEHOUSE: &str = "gatehouse: twenty policies, `bind(…).check(&ticket)`";
const CEDAR: &str = "Cedar: one policy, `is_authorized(…)`";
const CASBIN: &str = "casbin: one matcher, `enforce(…)`";

/// Who calls, as the peers have them.
#[derive(Clone, Hash, Serialize)]
struct User {
    name: String,
    roles: Vec<String>,
    permissions: Vec<String>,
    scopes: Vec<String>,
}

impl User {
    fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held == role)
    }
}

fn by_hand(me: &User, ticket: &Ticket) -> bool {
    (me.has_role("admin") || me.has_role("writer"))
        && me.permissions.iter().any(|held| held == "ticket:update")
        && me.scopes.iter().any(|held| held == "tickets:write")
        && [&ticket.author, &ticket.assignee, &ticket.watcher]
            .map(|user| &user.0)
            .contains(&&me.name)
        && !ticket.locked
        && !ticket.archived
        && !ticket.confidential
        && !ticket.draft
        && !ticket.spam
        && ticket.severity < 4
        && ticket.votes < 1000
        && ticket.age_days < 30
        && ticket.comments < 500
        && ticket.attachments < 20
        && (ticket.region == 1 || ticket.region == 2)
        && ticket.open
}

struct Tracker;

impl PolicyDomain for Tracker {
    type Subject = User;
    type Action = ();
    type Resource = Ticket;
    type Context = ();
}

fn gatehouse() -> PermissionChecker<Tracker> {
    macro_rules! atom {
        (|$user:ident, $ticket:ident| $holds:expr) => {
            PolicyBuilder::<Tracker>::new(stringify!($holds))
                .when(|$user: &User, (): &(), $ticket: &Ticket, (): &()| $holds)
                .build()
        };
    }
    let role =
        atom!(|me, _ticket| me.has_role("admin")).or(atom!(|me, _ticket| me.has_role("writer")));
    let owner = atom!(|me, ticket| ticket.author.0 == me.name)
        .or(atom!(|me, ticket| ticket.assignee.0 == me.name))
        .or(atom!(|me, ticket| ticket.watcher.0 == me.name));
    let region =
        atom!(|_me, ticket| ticket.region == 1).or(atom!(|_me, ticket| ticket.region == 2));
    let all = role
        .and(atom!(|me, _ticket| me
            .permissions
            .iter()
            .any(|held| held == "ticket:update")))
        .and(atom!(|me, _ticket| me
            .scopes
            .iter()
            .any(|held| held == "tickets:write")))
        .and(owner)
        .and(atom!(|_me, ticket| ticket.locked).not())
        .and(atom!(|_me, ticket| ticket.archived).not())
        .and(atom!(|_me, ticket| ticket.confidential).not())
        .and(atom!(|_me, ticket| ticket.draft).not())
        .and(atom!(|_me, ticket| ticket.spam).not())
        .and(atom!(|_me, ticket| ticket.severity < 4))
        .and(atom!(|_me, ticket| ticket.votes < 1000))
        .and(atom!(|_me, ticket| ticket.age_days < 30))
        .and(atom!(|_me, ticket| ticket.comments < 500))
        .and(atom!(|_me, ticket| ticket.attachments < 20))
        .and(region)
        .and(atom!(|_me, ticket| ticket.open));
    let mut checker = PermissionChecker::new();
    checker.add_policy(all);
    checker
}

fn cedar(locked: bool) -> Cedar {
    let policies = r#"permit(principal, action == Action::"triage", resource) when {
        (principal in Role::"admin" || principal in Role::"writer")
        && principal.permissions.contains("ticket:update")
        && principal.scopes.contains("tickets:write")
        && (resource.author == principal || resource.assignee == principal || resource.watcher == principal)
        && !resource.locked
        && !resource.archived
        && !resource.confidential
        && !resource.draft
        && !resource.spam
        && resource.severity < 4
        && resource.votes < 1000
        && resource.age_days < 30
        && resource.comments < 500
        && resource.attachments < 20
        && (resource.region == 1 || resource.region == 2)
        && resource.open
    };"#;
    let entities = r#"[
        {"uid": {"type": "User", "id": "ann"},
         "attrs": {"permissions": ["ticket:update"], "scopes": ["tickets:write"]},
         "parents": [{"type": "Role", "id": "writer"}]},
        {"uid": {"type": "Role", "id": "writer"}, "attrs": {}, "parents": []},
        {"uid": {"type": "Ticket", "id": "7"}, "attrs": {
            "author": {"__entity": {"type": "User", "id": "bob"}},
            "assignee": {"__entity": {"type": "User", "id": "cid"}},
            "watcher": {"__entity": {"type": "User", "id": "ann"}},
            "locked": LOCKED, "archived": false, "confidential": false, "draft": false, "spam": false,
            "severity": 2, "votes": 17, "age_days": 4, "comments": 3, "attachments": 1, "region": 2,
            "open": true}, "parents": []}
    ]"#;
    let entities = entities.replace("LOCKED", if locked { "true" } else { "false" });
    Cedar::of(policies, &entities, "triage")
}

async fn casbin() -> Enforcer {
    let model = r#"
        [request_definition]
        r = sub, obj
        [policy_definition]
        p = act
        [policy_effect]
        e = some(where (p.eft == allow))
        [matchers]
        m = ("admin" in r.sub.roles || "writer" in r.sub.roles) && "ticket:update" in r.sub.permissions && "tickets:write" in r.sub.scopes && (r.obj.author == r.sub.name || r.obj.assignee == r.sub.name || r.obj.watcher == r.sub.name) && !r.obj.locked && !r.obj.archived && !r.obj.confidential && !r.obj.draft && !r.obj.spam && r.obj.severity < 4 && r.obj.votes < 1000 && r.obj.age_days < 30 && r.obj.comments < 500 && r.obj.attachments < 20 && (r.obj.region == 1 || r.obj.region == 2) && r.obj.open
    "#;
    let model = DefaultModel::from_str(model).await.expect("a model");
    Enforcer::new(model, MemoryAdapter::default())
        .await
        .expect("an enforcer")
}

fn main() {
    let ann = Identity::person("bench", "ann")
        .role(Role::Writer)
        .scope("tickets:write");
    let ann = Principal::for_test(ann);
    let user = |name: &str| UserId(name.to_owned());
    let ticket = Ticket {
        id: 7,
        author: user("bob"),
        assignee: user("cid"),
        watcher: user("ann"),
        locked: false,
        archived: false,
        confidential: false,
        draft: false,
        spam: false,
        severity: 2,
        votes: 17,
        age_days: 4,
        comments: 3,
        attachments: 1,
        region: 2,
        open: true,
    };
    let named = |name: &str| vec![name.to_owned()];
    let me = User {
        name: "ann".to_owned(),
        roles: named("writer"),
        permissions: named("ticket:update"),
        scopes: named("tickets:write"),
    };
    let (checker, refusing, cedar) = (gatehouse(), cedar(true), cedar(false));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let casbin = runtime.block_on(casbin());

    let locked = Ticket {
        locked: true,
        ..ticket.clone()
    };
    let session = EvaluationSession::empty();
    let asked = checker.bind(&session, &me, &(), &());
    assert!(!by_hand(&me, &locked));
    assert!(!ready(asked.check(&locked)).is_granted());
    let asked = casbin.enforce((me.clone(), locked.clone()));
    assert!(!asked.expect("an answer"));
    assert!(ready(Triage::authorize(&ann, &()).on(locked)).is_err());
    assert!(!refusing.allows());

    let mut rounds = Rounds::default();
    // Each one is given the ticket, and hands it on.
    rounds.each(BY_HAND, || {
        let ticket = black_box(ticket.clone());
        by_hand(black_box(&me), &ticket)
            .then_some(ticket)
            .expect("a grant")
    });
    rounds.each(OURS, || {
        let asked = Triage::authorize(black_box(&ann), &());
        ready(asked.on(ticket.clone())).expect("a grant")
    });
    rounds.each(GATEHOUSE, || {
        let ticket = ticket.clone();
        let session = EvaluationSession::empty();
        let decision = ready(
            checker
                .bind(&session, black_box(&me), &(), &())
                .check(&ticket),
        );
        assert!(decision.is_granted());
        ticket
    });
    rounds.each(CEDAR, || {
        let ticket = ticket.clone();
        assert!(black_box(&cedar).allows());
        ticket
    });
    rounds.each(CASBIN, || {
        let ticket = ticket.clone();
        let asked = casbin.enforce((black_box(&me).clone(), ticket.clone()));
        assert!(asked.expect("an answer"));
        ticket
    });
    rounds.run();
    println!("{}", rounds.table());
    for than in [BY_HAND, GATEHOUSE, CEDAR, CASBIN] {
        println!("auth-core / {than}: {:.3}", rounds.ratio(OURS, than));
    }
}
