//! What can't work is refused at start, all faults at once, each with its cure.

use auth_core::{Guard, PolicyRouter, Principal, guarded, public, requires, routing::get};
use auth_tests::{
    Callers, call,
    notes::{self, EditNote, Note},
};
use http::Method;

#[requires(owns = "note")]
async fn of_a_note() -> &'static str {
    "ok"
}

#[public(because = "it ends up as a fallback", ignores_credentials)]
async fn lost() -> &'static str {
    "lost"
}

#[tokio::test]
async fn every_fault_is_named_with_route_and_cure() {
    let errors = PolicyRouter::new()
        .route("/projects/{id}", get(of_a_note))
        .route("/notes/{id}/of/{note_id}", get(of_a_note))
        .fallback(lost)
        .with_state(notes::state())
        .try_authenticate(Callers)
        .expect_err("three faults");
    let text = errors.to_string();
    assert_eq!(errors.iter().count(), 3, "{text}");
    for part in [
        "GET /projects/{id}",
        "`{note_id}`",
        "two keys of `note`",
        "`ignores_credentials`",
    ] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
}

#[tokio::test]
async fn a_guard_without_authentication_is_500_and_never_nobody() {
    use axum::{extract::FromRequestParts, response::IntoResponse};
    let (mut parts, ()) = http::Request::get("/").body(()).unwrap().into_parts();
    let denied = Principal::from_request_parts(&mut parts, &())
        .await
        .expect_err("no layer");
    assert_eq!(denied.into_response().status(), 500);
    let state = notes::state();
    let denied = Guard::<EditNote>::from_request_parts(&mut parts, &state).await;
    assert_eq!(denied.expect_err("no layer").into_response().status(), 500);
}

#[tokio::test]
async fn closures_and_services_take_their_policy_at_the_route() {
    let closure = |note: auth_core::Granted<Note, EditNote>| async move { note.id.to_string() };
    let static_files = axum::routing::get(|| async { "file" });
    let app = PolicyRouter::new()
        .route("/notes/{note_id}", get(guarded(EditNote, closure)))
        .nest_service("/assets", public("static files"), static_files)
        .with_state(notes::state())
        .authenticate(Callers);
    assert_eq!(call(&app, Method::GET, "/notes/1", "ann").await.body, "1");
    assert_eq!(
        call(&app, Method::GET, "/notes/1", "bob").await.status(),
        403
    );
    for path in ["/assets", "/assets/", "/assets/a/b"] {
        assert_eq!(
            call(&app, Method::GET, path, "").await.body,
            "file",
            "{path}"
        );
    }
    let row = app.policies().iter().nth(1).expect("a second row");
    assert_eq!(row.public_because(), Some("static files"));
}

#[tokio::test]
async fn outside_a_handler_the_same_policy_gives_the_same_grant() {
    let state = notes::state();
    let ann = Principal::for_test(auth_core::Identity::person("tests", "ann"));
    let note = EditNote::authorize(&ann, &state)
        .key::<Note>(1)
        .await
        .expect("her own");
    assert_eq!(note.id, 1);
    let denied = EditNote::authorize(&ann, &state)
        .key::<Note>(2)
        .await
        .expect_err("bob's");
    assert_eq!(denied.kind(), auth_core::DenialKind::Forbidden);
    let missing = EditNote::authorize(&ann, &state)
        .key::<Note>(9)
        .await
        .expect_err("none");
    assert_eq!(missing.kind(), auth_core::DenialKind::NotFound);
}
