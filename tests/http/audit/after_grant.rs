//! What is refused after a grant: what was answered is what is written.

use std::{convert::Infallible, future::pending, time::Duration};

use auth_core::{
    AuditTrail, Denied, Granted, Guard, JsonLines, Load, PolicyRouter, Resource, guarded, policy,
    requires, routing::get,
};
use auth_tests::{
    Callers, call,
    notes::{self, App, Note, Role},
};
use http::Method;
use serde_json::Value;
use tokio::time::timeout;

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

/// Who may tidy up.
#[derive(Debug)]
#[policy(role = "admin")]
struct Tidy;

#[requires(role = "reader")]
async fn aside(tidy: Result<Guard<Tidy>, Denied>) -> &'static str {
    if tidy.is_ok() { "all" } else { "some" }
}

/// Who may write.
#[derive(Debug)]
#[policy(role = "writer")]
struct Write;

#[requires(role = "reader")]
async fn thrice(_write: Guard<Write>, _tidy: Guard<Tidy>) -> &'static str {
    "in"
}

/// It needs neither note to be granted, and asks for both.
#[requires(any(role = "admin", all(owns = "note", when = |draft: &Draft| draft.0 > 0)))]
async fn both(note: Result<Granted<Note>, Denied>, draft: Granted<Draft>) -> String {
    format!("{} {}", note.is_ok(), draft.0)
}

#[derive(Debug, Resource)]
struct Draft(#[key] u32);

impl Load for Draft {
    type State = App;
    type Key = u32;
    type Error = Infallible;

    async fn load(id: u32, _: &App) -> Result<Option<Self>, Infallible> {
        Ok(Some(Self(id)))
    }
}

async fn events(path: &str, caller: &str) -> (u16, String, Vec<Value>) {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).every_grant();
    let app = PolicyRouter::new()
        .route("/removed/{note_id}", get(remove))
        .route("/handed-on/{note_id}", get(handed_on))
        .route("/twice/{note_id}", get(guarded(ComeIn, drop_note)))
        .route("/beside/{note_id}", get(beside))
        .route("/aside", get(aside))
        .route("/thrice", get(thrice))
        .route("/drafts/{draft_id}/of/{note_id}", get(both))
        .with_state(notes::state())
        .audit(trail.clone())
        .authenticate(Callers);
    let answer = call(&app, Method::GET, path, caller).await;
    trail.flushed().await.expect("in time");
    (answer.status(), answer.body, memory.events())
}

/// What is written of one request.
async fn written(path: &str, caller: &str) -> (u16, String, Vec<String>) {
    let (status, body, events) = events(path, caller).await;
    let code = |event: &Value| event["code"].as_str().unwrap_or("granted").to_owned();
    (status, body, events.iter().map(code).collect())
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

#[tokio::test]
async fn what_a_third_guard_refuses_is_written_as_a_refusal_alone() {
    let (status, _, codes) = written("/thrice", "ann; writer").await;
    assert_eq!(status, 403);
    assert_eq!(codes, ["forbidden"]);
    let (status, _, codes) = written("/thrice", "ann; admin").await;
    assert_eq!(
        (status, codes.len()),
        (200, 3),
        "each guard granted: {codes:?}"
    );
}

#[tokio::test]
async fn what_is_missing_after_two_guards_is_written_as_a_refusal_alone() {
    let (status, _, codes) = written("/twice/404", "root; admin").await;
    assert_eq!(status, 404);
    assert_eq!(codes, ["not_found"]);
}

#[tokio::test]
async fn a_second_guards_refusal_that_is_put_aside_is_written_beside_the_grant() {
    let (status, body, events) = events("/aside", "ann; reader").await;
    assert_eq!((status, &*body), (200, "some"));
    let told: Vec<_> = events
        .iter()
        .map(|event| (event["granted"].as_bool(), event["handler"].as_str()))
        .collect();
    let handler = Some("http::audit::after_grant::aside");
    assert_eq!(told, [(Some(false), handler), (Some(true), handler)]);
}

#[tokio::test]
async fn what_is_handed_out_after_a_refusal_put_aside_is_written() {
    let (status, body, events) = events("/drafts/7/of/404", "root; admin").await;
    assert_eq!((status, &*body), (200, "false 7"));
    let granted = events.last().expect("an event");
    assert_eq!(granted["granted"], true);
    assert_eq!(
        granted["resources"],
        serde_json::json!([{ "kind": "draft", "key": "7" }])
    );
}

/// What takes for ever to be found.
#[derive(Debug, Resource)]
struct Slow(#[key] u32);

impl Load for Slow {
    type State = ();
    type Key = u32;
    type Error = Infallible;

    async fn load(_: u32, (): &()) -> Result<Option<Self>, Infallible> {
        pending().await
    }
}

#[requires(any(role = "admin", when = |slow: &Slow| slow.0 > 0))]
async fn waits(slow: Granted<Slow>) -> String {
    slow.0.to_string()
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_away_before_its_handler_runs_was_granted_nothing() {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).every_grant();
    let app = PolicyRouter::new()
        .route("/slow/{slow_id}", get(waits))
        .audit(trail.clone())
        .authenticate(Callers);
    let asks = call(&app, Method::GET, "/slow/1", "root; admin");
    let gone = timeout(Duration::from_millis(50), asks).await;
    assert!(gone.is_err());
    trail.flushed().await.expect("in time");
    assert_eq!(memory.events(), Vec::<Value>::new());
}
