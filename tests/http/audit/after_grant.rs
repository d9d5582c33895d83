//! What is refused after a grant: what was answered is what is written.

use auth_core::{
    AuditTrail, Denied, Granted, Guard, JsonLines, PolicyRouter, guarded, policy, requires,
    routing::get,
};
use auth_tests::{
    Callers, call,
    notes::{self, Note, Role},
};
use http::Method;
use serde_json::Value;

use super::{DropNote, Memory};

/// Who may remove a note.
#[derive(Debug)]
#[policy(any(role = "admin", owns = "note"))]
struct Remove;

/// What is missing is removed already.
#[requires(policy = Remove)]
async fn remove(note: Result<Granted<Note, Remove>, Denied>) -> String {
    match note {
        Ok(note) => format!("removed {}", note.id),
        Err(why) => format!("removed what hung on it ({why})"),
    }
}

#[requires(policy = Remove)]
async fn handed_on(note: Result<Granted<Note, Remove>, Denied>) -> Result<String, Denied> {
    Ok(note?.id.to_string())
}

/// Who may come in.
#[derive(Debug)]
#[policy(role = "reader")]
struct ComeIn;

#[requires(policy = DropNote)]
async fn drop_note(note: Granted<Note, DropNote>) -> String {
    note.id.to_string()
}

#[requires(role = "reader")]
async fn beside(_also: Guard<DropNote>) -> &'static str {
    "in"
}

/// What is written of one request.
async fn written(path: &str, caller: &str) -> (u16, String, Vec<String>) {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).every_grant();
    let app = PolicyRouter::new()
        .route("/removed/{note_id}", get(remove))
        .route("/handed-on/{note_id}", get(handed_on))
        .route("/twice/{note_id}", get(guarded(ComeIn, drop_note)))
        .route("/beside/{note_id}", get(beside))
        .with_state(notes::state())
        .audit(trail.clone())
        .authenticate(Callers);
    let answer = call(&app, Method::GET, path, caller).await;
    trail.flushed().await.expect("in time");
    let code = |event: &Value| event["code"].as_str().unwrap_or("granted").to_owned();
    let codes = memory.events().iter().map(code).collect();
    (answer.status(), answer.body, codes)
}

#[tokio::test]
async fn a_refusal_that_the_handler_puts_aside_is_written_beside_the_grant() {
    let (status, body, codes) = written("/removed/404", "root; admin").await;
    assert_eq!(
        (status, &*body),
        (200, "removed what hung on it (not_found)")
    );
    assert_eq!(codes, ["not_found", "granted"]);
    let (.., codes) = written("/removed/1", "root; admin").await;
    assert_eq!(codes, ["granted"]);
}

#[tokio::test]
async fn a_refusal_that_the_handler_answers_is_written_alone() {
    let (status, _, codes) = written("/handed-on/404", "root; admin").await;
    assert_eq!(status, 404);
    assert_eq!(codes, ["not_found"]);
}

#[tokio::test]
async fn what_a_second_guard_refuses_is_written_as_a_refusal_alone() {
    for path in ["/twice/2", "/beside/2"] {
        let (status, _, codes) = written(path, "ann; reader").await;
        assert_eq!(status, 403, "{path}");
        assert_eq!(codes, ["forbidden"], "{path}");
    }
}
