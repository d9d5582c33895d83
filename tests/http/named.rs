//! Policies that name policies: across crates, with constants and parameters, their options and vetoes with them.

use auth_core::{Granted, Guarded, PolicyRouter, Principal, policy, requires, routing::get};
use auth_tests::{
    Callers, call,
    notes::{self, Note, Role, SeeBelow, below},
    shelves::{Find, Take, above},
};
use http::Method;

/// Who may lend a note: who may take it, of those between.
#[policy(policy = Take<HIGH>, when = above(LOW), when = below(3))]
struct Lend<const LOW: u64, const HIGH: u64>;

/// Who may lend one, or is trusted with everything.
#[policy(any(policy = Lend<0, 5>, role = "admin"))]
struct LendOrKeep;

#[requires(policy = Lend<0, 2>)]
async fn lend(note: Granted<Note, Lend<0, 2>>) -> String {
    note.id.to_string()
}

/// What is proven is each policy that stood where it must have held, however deep.
#[requires(policy = Lend<1, 5>)]
async fn deep(note: Granted<Note, SeeBelow<5>>) -> String {
    note.id.to_string()
}

#[requires(policy = LendOrKeep)]
async fn keep(note: Granted<Note, LendOrKeep>) -> String {
    note.id.to_string()
}

#[requires(policy = Find, when = below(3))]
async fn find(note: Granted<Note, Take<9>>) -> String {
    note.id.to_string()
}

fn app() -> Guarded {
    PolicyRouter::new()
        .route("/lend/{note_id}", get(lend))
        .route("/deep/{note_id}", get(deep))
        .route("/keep/{note_id}", get(keep))
        .route("/find/{note_id}", get(find))
        .with_state(notes::state())
        .authenticate(Callers)
}

async fn statuses(paths: &[&str], caller: &str) -> Vec<u16> {
    let app = app();
    let mut statuses = Vec::new();
    for path in paths {
        statuses.push(call(&app, Method::GET, path, caller).await.status());
    }
    statuses
}

#[tokio::test]
async fn constants_reach_the_innermost_condition() {
    let lent = ["/lend/1", "/lend/2", "/deep/1", "/deep/2", "/deep/3"];
    assert_eq!(
        statuses(&lent, "bob; reader").await,
        [200, 403, 403, 200, 403]
    );
    assert_eq!(statuses(&lent, "bob").await, [403; 5]);
}

#[tokio::test]
async fn a_veto_moves_to_the_root_of_whatever_names_its_policy() {
    let kept = ["/keep/1", "/keep/3"];
    assert_eq!(statuses(&kept, "bob; reader").await, [200, 403]);
    assert_eq!(statuses(&kept, "bob; admin").await, [200, 200]);
    // Two policies and an `any` away, it is a veto still.
    assert_eq!(statuses(&kept, "ann; admin; reader").await, [403, 403]);
}

#[tokio::test]
async fn an_option_comes_along() {
    let found = ["/find/1", "/find/3", "/find/404"];
    assert_eq!(statuses(&found, "bob; reader").await, [200, 404, 404]);
    assert_eq!(statuses(&found, "ann; reader").await, [404; 3]);
    // It can't hold for nobody, so nothing is given away.
    assert_eq!(statuses(&found, "").await, [401; 3]);
}

#[tokio::test]
async fn outside_a_handler_the_same_policies_say_the_same() {
    let (app, store) = (notes::state(), notes::state().store);
    let reader = |name: &str| {
        let identity = auth_core::Identity::person("tests", name).role(Role::Reader);
        Principal::for_test(identity)
    };
    for (caller, kept) in [(reader("bob"), vec![1, 2]), (reader("ann"), vec![])] {
        let listed = Lend::<0, 5>::authorize(&caller, &app)
            .filter(store.all())
            .await;
        let listed: Vec<_> = listed
            .expect("all told")
            .iter()
            .map(|note| note.id)
            .collect();
        assert_eq!(listed, kept, "{}", caller.subject());
    }
}

#[test]
fn the_table_lists_what_is_named_with_what_it_names() {
    let table = app().policies().to_string();
    for line in [
        "GET /lend/{note_id}\tpolicy = Lend<0, 2>",
        "policy Lend\tpolicy = Take<HIGH>, when = above(LOW), when = below(3)",
        "policy Find\tpolicy = Take<9>, when = above(0), hide",
    ] {
        assert!(table.contains(line), "{line:?} is not in:\n{table}");
    }
}
