//! A decision belongs to one request: what is copied from it carries who calls, and no grant.

use auth_core::{Granted, PolicyRouter, Principal, requires, routing::get};
use auth_tests::{
    Callers, call,
    notes::{self, App, EditNote, Note, Role},
};
use axum::{
    extract::{FromRequestParts, Request, State},
    response::IntoResponse,
};
use http::Method;

/// Tries the grant again on a copy of its request, and then on the request itself.
#[requires(policy = EditNote)]
async fn copied(State(app): State<App>, request: Request) -> String {
    let (mut original, _) = request.into_parts();
    let mut copy = original.clone();
    let caller = Principal::from_request_parts(&mut copy, &app).await;
    let from_copy = Granted::<Note, EditNote>::from_request_parts(&mut copy, &app).await;
    let from_original = Granted::<Note, EditNote>::from_request_parts(&mut original, &app).await;
    format!(
        "{} {} {}",
        caller.expect("who calls").subject(),
        from_copy.expect_err("no grant").into_response().status(),
        from_original.expect("the grant").id,
    )
}

#[tokio::test]
async fn a_copied_request_carries_no_grant() {
    let app = PolicyRouter::new()
        .route("/notes/{note_id}", get(copied))
        .with_state(notes::state())
        .authenticate(Callers);
    let answer = call(&app, Method::GET, "/notes/1", "ann").await;
    assert_eq!(answer.body, "ann 500 Internal Server Error 1");
}

/// What the policy doesn't name is handed out by no extractor, under whatever name it is asked for.
type Renamed = Granted<Note>;

#[requires(role = "reader")]
async fn renamed(note: Renamed) -> String {
    note.id.to_string()
}

#[tokio::test]
async fn a_grant_that_the_policy_does_not_prove_is_500_and_never_given() {
    let app = PolicyRouter::new()
        .route("/notes/{note_id}", get(renamed))
        .with_state(notes::state())
        .authenticate(Callers);
    let answer = call(&app, Method::GET, "/notes/1", "ann; admin").await;
    assert_eq!(
        (answer.status(), answer.code().as_str()),
        (500, "misconfigured")
    );
    assert_eq!(
        call(&app, Method::GET, "/notes/1", "ann").await.status(),
        403
    );
}
