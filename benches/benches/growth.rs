//! Whether a decision gets dearer as an app grows: `cargo bench --bench growth`.
//!
//! Routes and policies one and three hundred of each, roles two and sixty; Cedar and casbin with as many policies.

use std::{fmt::Write, hint::black_box};

use auth_core::{
    Granted, Identity, PolicyRouter, Principal, Roles, condition, guarded, policy, routing::get,
};
use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use comparison::{
    app::{Role, Ticket, Tickets, UserId},
    cedar::{ANN_OWNS, Cedar},
    client::Client,
    ours::{NAME, Named},
    ready::ready,
    rounds::Rounds,
};
use http::HeaderValue;
use tokio::runtime::{Builder, Runtime};

const MANY: usize = 300;

const FEW_ROUTES: &str = "auth-core: a request, one route";
const MANY_ROUTES: &str = "auth-core: a request, 300 routes, a policy each";
const FEW_ROLES: &str = "auth-core: a decision, a vocabulary of two roles, one held";
const MANY_ROLES_HELD: &str = "auth-core: a decision, a vocabulary of sixty roles, all held";
const FEW_CEDAR: &str = "Cedar: one policy";
const MANY_CEDAR: &str = "Cedar: 300 policies";
const FEW_CASBIN: &str = "casbin: one policy";
const MANY_CASBIN: &str = "casbin: 300 policies";

/// the ticket is not of another desk
#[condition]
fn at_desk(#[param] desk: u64, ticket: &Ticket) -> bool {
    ticket.id != desk + 1000
}

/// A policy for each of the numbers.
#[policy(role = "writer", owns = "ticket", when = at_desk(DESK))]
struct Edit<const DESK: u64>;

async fn edit<const DESK: u64>(_ticket: Granted<Ticket, Edit<DESK>>) -> &'static str {
    "done"
}

fn with_desk<const DESK: u64>(app: PolicyRouter<Tickets>) -> PolicyRouter<Tickets> {
    app.route(
        &format!("/desks/{DESK}/{{ticket_id}}"),
        get(guarded(Edit::<DESK>, edit::<DESK>)),
    )
}

macro_rules! hundreds {
    ($app:ident $($hundreds:literal)*) => { $( tens!($app $hundreds 0 1 2 3 4 5 6 7 8 9); )* };
}
macro_rules! tens {
    ($app:ident $hundreds:literal $($tens:literal)*) => {
        $( ones!($app $hundreds $tens 0 1 2 3 4 5 6 7 8 9); )*
    };
}
macro_rules! ones {
    ($app:ident $hundreds:literal $tens:literal $($ones:literal)*) => {
        $( $app = with_desk::<{ $hundreds * 100 + $tens * 10 + $ones }>($app); )*
    };
}

fn few_routes() -> PolicyRouter<Tickets> {
    with_desk::<123>(PolicyRouter::new())
}

fn many_routes() -> PolicyRouter<Tickets> {
    let mut app = PolicyRouter::new();
    hundreds!(app 0 1 2);
    app
}

macro_rules! many_roles {
    ($($name:ident)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
        enum ManyRole { $($name),* }
        const MANY_ROLES: &[ManyRole] = &[$(ManyRole::$name),*];
    };
}
many_roles! { R0 R1 R2 R3 R4 R5 R6 R7 R8 R9 R10 R11 R12 R13 R14 R15 R16 R17 R18 R19 R20 R21 R22 R23 R24 R25 R26 R27 R28 R29 R30 R31 R32 R33 R34 R35 R36 R37 R38 R39 R40 R41 R42 R43 R44 R45 R46 R47 R48 R49 R50 R51 R52 R53 R54 R55 R56 R57 R58 R59 }

#[policy(role = "writer", owns = "ticket")]
struct OfFewRoles;

#[policy(role = ManyRole::R59, owns = "ticket")]
struct OfManyRoles;

fn cedar(policies: usize) -> Cedar {
    let mut text = String::new();
    for n in 0..policies {
        let _ = writeln!(
            text,
            r#"permit(principal in Role::"writer", action == Action::"edit{n}", resource)
               when {{ resource.author == principal }};"#
        );
    }
    Cedar::of(&text, ANN_OWNS, "edit0")
}

async fn casbin(policies: usize) -> Enforcer {
    let model = r"
        [request_definition]
        r = sub, obj, act
        [policy_definition]
        p = sub, obj, act
        [policy_effect]
        e = some(where (p.eft == allow))
        [matchers]
        m = r.sub == p.sub && r.obj == p.obj && r.act == p.act
    ";
    let model = DefaultModel::from_str(model).await.expect("a model");
    let mut enforcer = Enforcer::new(model, MemoryAdapter::default())
        .await
        .expect("an enforcer");
    let rules = (0..policies).rev().map(|n| {
        let words = ["writer".to_owned(), "ticket".to_owned(), format!("edit{n}")];
        words.to_vec()
    });
    enforcer.add_policies(rules.collect()).await.expect("rules");
    enforcer
}

/// Requests to an app of one route, and to one of three hundred.
fn routes<'a>(rounds: &mut Rounds<'a>, runtime: &'a Runtime) {
    for (name, app) in [(FEW_ROUTES, few_routes()), (MANY_ROUTES, many_routes())] {
        Client {
            runtime,
            service: app.with_state(Tickets::of_ann()).authenticate(Named),
            path: "/desks/123/7",
            credential: (NAME, HeaderValue::from_static("ann")),
        }
        .column(name, rounds);
    }
}

/// Decisions about a caller of one role, and about one of sixty.
fn roles(rounds: &mut Rounds<'_>) {
    let ticket = Ticket {
        id: 7,
        author: UserId("ann".to_owned()),
    };
    let ann = || Identity::person("bench", "ann");
    let few = Principal::for_test(ann().role(Role::Writer));
    let many = MANY_ROLES.iter().copied().fold(ann(), Identity::role);
    let many = Principal::for_test(many);
    let (tickets, lent) = (Tickets::of_ann(), ticket.clone());
    rounds.each(FEW_ROLES, move || {
        let asked = OfFewRoles::authorize(black_box(&few), &tickets);
        ready(asked.on(lent.clone())).expect("a grant")
    });
    let tickets = Tickets::of_ann();
    rounds.each(MANY_ROLES_HELD, move || {
        let asked = OfManyRoles::authorize(black_box(&many), &tickets);
        ready(asked.on(ticket.clone())).expect("a grant")
    });
}

/// Decisions of engines that are given one policy, and three hundred.
fn peers(rounds: &mut Rounds<'_>, runtime: &Runtime) {
    for (name, count) in [(FEW_CEDAR, 1), (MANY_CEDAR, MANY)] {
        let cedar = cedar(count);
        rounds.each(name, move || assert!(black_box(&cedar).allows()));
    }
    for (name, count) in [(FEW_CASBIN, 1), (MANY_CASBIN, MANY)] {
        let casbin = runtime.block_on(casbin(count));
        rounds.each(name, move || {
            let answer = casbin.enforce(black_box(("writer", "ticket", "edit0")));
            assert!(answer.expect("an answer"));
        });
    }
}

fn main() {
    let runtime = Builder::new_current_thread().enable_time().build();
    let runtime = &runtime.expect("a runtime");
    let mut rounds = Rounds::default();
    routes(&mut rounds, runtime);
    roles(&mut rounds);
    peers(&mut rounds, runtime);
    rounds.run();
    println!("{}", rounds.table());
    for (what, many, few) in [
        (
            "auth-core, a request: 300 routes and policies / 1",
            MANY_ROUTES,
            FEW_ROUTES,
        ),
        (
            "auth-core, a decision: 60 roles / 1",
            MANY_ROLES_HELD,
            FEW_ROLES,
        ),
        ("Cedar: 300 policies / 1", MANY_CEDAR, FEW_CEDAR),
        ("casbin: 300 policies / 1", MANY_CASBIN, FEW_CASBIN),
    ] {
        println!("{what}: {:.3}", rounds.ratio(many, few));
    }
}
