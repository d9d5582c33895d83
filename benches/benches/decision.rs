//! The decision alone, on a role and the owner of a loaded ticket: `cargo bench --bench decision`.

use std::hint::black_box;

use auth_core::{Identity, Principal, policy};
use comparison::{
    app::{Role, Ticket, Tickets, UserId},
    cedar::{ANN_OWNS, Cedar},
    ready::ready,
    rounds::Rounds,
};
use gatehouse::{EvaluationSession, PermissionChecker, PolicyBuilder, PolicyDomain};

#[policy(role = "writer", owns = "ticket")]
struct EditTicket;

const BARE: &str = "a bare comparison";
const OURS: &str = "auth-core: `EditTicket::authorize(…).on(ticket)`";
const GATEHOUSE: &str = "gatehouse: `bind(…).check(&ticket)`";
const CEDAR: &str = "Cedar: `is_authorized(…)`";

struct Tracker;

struct User {
    name: String,
    writes: bool,
}

impl PolicyDomain for Tracker {
    type Subject = User;
    type Action = ();
    type Resource = Ticket;
    type Context = ();
}

fn gatehouse() -> PermissionChecker<Tracker> {
    let mut checker = PermissionChecker::new();
    let policy = PolicyBuilder::<Tracker>::new("EditTicket")
        .when(|user: &User, (): &(), ticket: &Ticket, (): &()| {
            user.writes && ticket.author.0 == user.name
        })
        .build();
    checker.add_policy(policy);
    checker
}

fn cedar() -> Cedar {
    let policies = r#"permit(principal in Role::"writer", action == Action::"edit", resource)
        when { resource.author == principal };"#;
    Cedar::of(policies, ANN_OWNS, "edit")
}

fn main() {
    let ann = Principal::for_test(Identity::person("bench", "ann").role(Role::Writer));
    let tickets = Tickets::of_ann();
    let ticket = Ticket {
        id: 7,
        author: UserId("ann".to_owned()),
    };
    let user = User {
        name: "ann".to_owned(),
        writes: true,
    };
    let (checker, cedar) = (gatehouse(), cedar());

    let mut rounds = Rounds::default();
    // Each one is given the ticket, and hands it on: that is what loading and using it comes to.
    rounds.each(BARE, || {
        let ticket = black_box(ticket.clone());
        let holds = black_box(&ann).has_role(Role::Writer) && ticket.author.0 == ann.subject();
        holds.then_some(ticket).expect("a grant")
    });
    rounds.each(OURS, || {
        let asked = EditTicket::authorize(black_box(&ann), &tickets);
        ready(asked.on(ticket.clone())).expect("a grant")
    });
    rounds.each(GATEHOUSE, || {
        let ticket = ticket.clone();
        let session = EvaluationSession::empty();
        let decision = ready(
            checker
                .bind(&session, black_box(&user), &(), &())
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
    rounds.run();
    println!("{}", rounds.table());
    for (than, goal) in [(BARE, "2.00"), (GATEHOUSE, "1.00"), (CEDAR, "1.00")] {
        println!(
            "auth-core / {than}: {:.3} (goal {goal})",
            rounds.ratio(OURS, than)
        );
    }
}
