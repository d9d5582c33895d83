//! Nothing is fetched that a decision doesn't need, and nothing twice.

use std::sync::atomic::{AtomicUsize, Ordering};

use auth_core::{
    DenialKind, Granted, Identity, Load, PolicyRouter, Principal, Resource, condition, policy,
    requires, routing::get,
};
use auth_tests::{
    Callers, call,
    notes::{self, App, EditNote, Note, Role, SeeBelow, UserId, is_ann},
};
use http::Method;

async fn loads(method: Method, path: &str, caller: &str) -> usize {
    let state = notes::state();
    let app = notes::app(state.clone());
    call(&app, method, path, caller).await;
    state.store.loads()
}

#[tokio::test]
async fn a_resource_is_loaded_once_for_rule_policy_and_handler() {
    assert_eq!(loads(Method::GET, "/owned/1", "ann; reader").await, 1);
    assert_eq!(loads(Method::PUT, "/notes/1", "ann").await, 1);
    assert_eq!(loads(Method::GET, "/readable/1", "bob").await, 1);
}

#[tokio::test]
async fn a_denial_on_identity_alone_loads_nothing() {
    assert_eq!(loads(Method::GET, "/owned/1", "ann").await, 0);
    assert_eq!(loads(Method::GET, "/owned/1", "").await, 0);
    assert_eq!(loads(Method::GET, "/admin-or-owner/1", "").await, 0);
}

#[tokio::test]
async fn a_condition_that_can_be_called_comes_before_a_load_wherever_it_is_written() {
    #[requires(owns = "note", when = is_ann)]
    async fn both(note: Granted<Note>) -> String {
        note.id.to_string()
    }
    #[requires(any(owns = "note", when = is_ann), role = "reader")]
    async fn either() -> &'static str {
        "either"
    }
    let state = notes::state();
    let app = PolicyRouter::new()
        .route("/both/{note_id}", get(both))
        .route("/either/{note_id}", get(either))
        .with_state(state.clone())
        .authenticate(Callers);
    for (path, caller, status, loads) in [
        ("/both/2", "bob", 403, 0),
        ("/either/2", "ann; reader", 200, 0),
        ("/either/2", "bob; reader", 200, 1),
        ("/both/1", "ann", 200, 2),
    ] {
        let answer = call(&app, Method::GET, path, caller).await;
        assert_eq!(answer.status(), status, "{caller} at {path}");
        assert_eq!(state.store.loads(), loads, "{caller} at {path}");
    }
}

#[tokio::test]
async fn a_grant_that_needed_no_resource_loads_it_for_the_handler() {
    assert_eq!(
        loads(Method::GET, "/admin-or-owner/2", "bob; admin").await,
        1
    );
}

#[tokio::test]
async fn outside_a_handler_what_cannot_hold_costs_no_load_either() {
    let state = notes::state();
    let stranger = Principal::for_test(Identity::person("tests", "bob"));
    let denied = SeeBelow::<2>::authorize(&stranger, &state)
        .key::<Note>(1)
        .await;
    assert_eq!(denied.expect_err("no role").kind(), DenialKind::Forbidden);
    assert_eq!(state.store.loads(), 0);
    let reader = Principal::for_test(Identity::person("tests", "bob").role(Role::Reader));
    let granted = SeeBelow::<2>::authorize(&reader, &state)
        .key::<Note>(1)
        .await;
    assert_eq!(granted.expect("a reader").id, 1);
    assert_eq!(state.store.loads(), 1);
}

#[tokio::test]
async fn a_value_that_is_there_is_not_loaded_again_and_stands_for_no_other_kind() {
    let state = notes::state();
    let note = |author: &str| Note {
        id: 7,
        author: UserId(author.to_owned()),
        locked: false,
        published: false,
    };
    let ann = Principal::for_test(Identity::person("tests", "ann"));
    let granted = EditNote::authorize(&ann, &state).on(note("ann")).await;
    assert_eq!(granted.expect("her own").id, 7);
    let denied = EditNote::authorize(&ann, &state).on(note("bob")).await;
    assert_eq!(denied.expect_err("bob's").kind(), DenialKind::Forbidden);
    assert_eq!(state.store.loads(), 0);
    // The draft's key is in no path here, so it is missing, whatever the note is.
    let denied = Both::authorize(&ann, &state).on(note("ann")).await;
    assert_eq!(denied.expect_err("no draft").kind(), DenialKind::NotFound);
}

/// Another kind of resource.
#[derive(Debug, Resource)]
struct Draft {
    #[owner]
    author: String,
}

impl Load for Draft {
    type State = App;
    type Key = u64;
    type Error = String;

    async fn load(_: u64, _: &App) -> Result<Option<Self>, String> {
        Ok(Some(Self {
            author: "ann".to_owned(),
        }))
    }
}

/// Who may do something with both.
#[policy(owns = "note", owns = "draft")]
struct Both;

static ASKED: AtomicUsize = AtomicUsize::new(0);

/// the directory, which is far away, knows the caller
#[condition]
async fn far(principal: &Principal) -> bool {
    ASKED.fetch_add(1, Ordering::Relaxed);
    std::future::ready(principal.subject() != "nobody").await
}

#[requires(when = far, owns = "note")]
async fn far_first(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(owns = "note", when = far)]
async fn far_last(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[tokio::test]
async fn a_load_comes_before_what_has_to_be_awaited_in_whatever_order_they_are_written() {
    let app = PolicyRouter::new()
        .route("/first/{note_id}", get(far_first))
        .route("/last/{note_id}", get(far_last))
        .with_state(notes::state())
        .authenticate(Callers);
    for path in ["/first/2", "/last/2"] {
        assert_eq!(call(&app, Method::GET, path, "ann").await.status(), 403);
        assert_eq!(ASKED.load(Ordering::Relaxed), 0, "{path}");
    }
    assert_eq!(
        call(&app, Method::GET, "/first/1", "ann").await.status(),
        200
    );
    assert_eq!(ASKED.load(Ordering::Relaxed), 1);
}

/// Where a note hangs: a second resource of the same request.
#[derive(Clone, Debug, Resource)]
struct Board {
    #[key]
    id: u64,
    #[owner]
    keeper: UserId,
}

impl Load for Board {
    type State = App;
    type Key = u64;
    type Error = String;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, String> {
        let keeper = UserId("ann".to_owned());
        Ok(Some(Self { id, keeper }))
    }
}

#[requires(owns = "note", owns = "board")]
async fn pinned(note: Granted<Note>, board: Granted<Board>) -> String {
    format!("{} on {}", note.id, board.id)
}

#[requires(owns = "board", owns = "note")]
async fn pinning(board: Granted<Board>, note: Granted<Note>) -> String {
    format!("{} holds {}", board.id, note.id)
}

#[tokio::test]
async fn each_of_two_resources_reaches_its_own_argument() {
    let state = notes::state();
    let app = PolicyRouter::new()
        .route("/pinned/{board_id}/{note_id}", get(pinned))
        .route("/pinning/{board_id}/{note_id}", get(pinning))
        .with_state(state.clone())
        .authenticate(Callers);
    for (path, body, loads) in [
        ("/pinned/7/1", "1 on 7", 1),
        ("/pinning/7/1", "7 holds 1", 2),
    ] {
        assert_eq!(call(&app, Method::GET, path, "ann").await.body, body);
        assert_eq!(state.store.loads(), loads, "{path} loads the note once");
    }
}
