//! Every decision is kept as an event of a documented shape, and no request waits for that.

mod about;
mod after_grant;
mod sinks;
mod text;

use std::{
    io,
    sync::{Arc, Mutex},
};

use auth_core::{
    AuditTrail, Context, Guarded, JsonLines, Load, PolicyRouter, Principal, Resource, condition,
    policy, requires, routing::get,
};
use auth_tests::{
    Callers, call,
    notes::{self, Note, Role},
};
use http::Method;
use serde_json::Value;

#[requires(role = "writer")]
async fn write() -> &'static str {
    "written"
}

#[requires(owns = "note", role = "reader")]
async fn read(note: auth_core::Granted<Note>) -> String {
    note.id.to_string()
}

/// Who may drop a note.
#[derive(Debug)]
#[policy(owns = "note", when = notes::unlocked)]
struct DropNote;

#[requires(policy = DropNote)]
async fn drop_note(note: auth_core::Granted<Note, DropNote>) -> String {
    note.id.to_string()
}

fn app(trail: AuditTrail) -> Guarded {
    PolicyRouter::new()
        .route("/write", get(write))
        .route("/notes/{note_id}", get(read))
        .route("/drop/{note_id}", get(drop_note))
        .with_state(notes::state())
        .audit(trail)
        .request_id(|request| Some(request.headers.get("x-request")?.to_str().ok()?.to_owned()))
        .authenticate(Callers)
}

/// Text in memory.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Vec<u8>>>);

impl io::Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Memory {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).expect("text")
    }

    pub(crate) fn events(&self) -> Vec<Value> {
        self.text()
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }
}

fn schema() -> jsonschema::Validator {
    let schema = include_str!("../../../docs/audit-event.schema.json");
    jsonschema::validator_for(&serde_json::from_str(schema).expect("JSON")).expect("a schema")
}

#[tokio::test]
async fn every_event_is_of_the_documented_shape() {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).every_grant();
    let app = app(trail.clone());
    for (path, caller) in [
        ("/write", "ann; writer"),
        ("/write", "ann; tenant=acme; scope=a; through=agent"),
        ("/write", ""),
        ("/notes/1", "ann; reader"),
        ("/notes/2", "ann; reader"),
        ("/notes/404", "ann; reader"),
        ("/notes/500", "ann; reader"),
        ("/drop/3", "ann"),
        ("/drop/1", "ann"),
    ] {
        call(&app, Method::GET, path, caller).await;
    }
    trail.flushed().await.expect("in time");
    let (schema, events) = (schema(), memory.events());
    assert_eq!((events.len(), trail.written(), trail.lost()), (9, 9, 0));
    for event in &events {
        let faults: Vec<_> = schema
            .iter_errors(event)
            .map(|fault| fault.to_string())
            .collect();
        assert!(faults.is_empty(), "{faults:?}: {event}");
    }
    let codes: Vec<_> = events
        .iter()
        .map(|event| event["code"].as_str().unwrap_or("granted"))
        .collect();
    assert_eq!(
        codes,
        [
            "granted",
            "forbidden",
            "unauthenticated",
            "granted",
            "forbidden",
            "not_found",
            "unavailable",
            "forbidden",
            "granted"
        ]
    );
    let dropped = &events[7];
    assert_eq!(dropped["principal"]["subject"], "ann");
    assert_eq!(
        dropped["resources"],
        serde_json::json!([{ "kind": "note", "key": "3" }])
    );
    assert_eq!(dropped["reasons"][0]["name"], "the note is not locked");
    assert_eq!(dropped["route"], "/drop/{note_id}");
    assert!(
        dropped["handler"]
            .as_str()
            .is_some_and(|name| name.ends_with("audit::drop_note"))
    );
    assert_eq!(dropped["principal"].get("actor"), None);
    let through_an_agent = &events[1]["principal"];
    assert_eq!(through_an_agent["credential_kind"], "caller");
    assert_eq!(
        through_an_agent["actor"],
        serde_json::json!({ "issuer": "tests", "subject": "agent" })
    );
    // Nobody has no principal, and what is missing no key.
    assert!(events[2].get("principal").is_none());
    assert_eq!(events[5]["resources"], serde_json::json!([]));
}

#[tokio::test]
async fn what_is_missing_after_a_grant_is_kept_as_a_denial() {
    #[requires(any(role = "admin", owns = "note"))]
    async fn any_note(note: auth_core::Granted<Note>) -> String {
        note.id.to_string()
    }
    #[policy(any(role = "admin", owns = "note"))]
    struct AnyNote;

    // Behind an alias no macro sees what it takes, which its policy doesn't prove.
    type Dropped = auth_core::Granted<Note, DropNote>;
    #[requires(policy = AnyNote)]
    async fn aliased(note: Dropped) -> String {
        note.id.to_string()
    }

    #[requires(authenticated)]
    async fn asked(me: Principal) -> Result<String, auth_core::Problem> {
        let app = notes::state();
        let note = AnyNote::authorize(&me, &app).key::<Note>(404).await?;
        Ok(note.id.to_string())
    }
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone()));
    let app = PolicyRouter::new()
        .route("/notes/{note_id}", get(any_note))
        .route("/asked", get(asked))
        .route("/aliased/{note_id}", get(aliased))
        .with_state(notes::state())
        .audit(trail.clone())
        .authenticate(Callers);
    for (path, status) in [
        ("/notes/1", 200),
        ("/notes/404", 404),
        ("/notes/500", 503),
        ("/asked", 404),
        ("/aliased/1", 500),
    ] {
        let answer = call(&app, Method::GET, path, "root; admin").await;
        assert_eq!(answer.status(), status, "{path}");
    }
    trail.flushed().await.expect("in time");
    let events = memory.events();
    let codes: Vec<_> = events.iter().map(|event| &event["code"]).collect();
    assert_eq!(
        codes,
        ["not_found", "unavailable", "not_found", "misconfigured"]
    );
    for event in &events {
        assert!(schema().is_valid(event), "{event}");
    }
    for event in &events[..3] {
        let explanation = event["explanation"].as_str().unwrap_or_default();
        assert!(explanation.starts_with("granted, but the note"), "{event}");
    }
}

#[tokio::test]
async fn denials_are_kept_always_and_grants_of_the_policies_that_were_named() {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).grants_of::<DropNote>();
    let app = app(trail.clone());
    for (path, caller) in [
        ("/write", "ann; writer"),
        ("/drop/1", "ann"),
        ("/write", "ann"),
    ] {
        call(&app, Method::GET, path, caller).await;
    }
    trail.flushed().await.expect("in time");
    let granted: Vec<_> = memory
        .events()
        .iter()
        .map(|event| event["granted"].clone())
        .collect();
    assert_eq!(granted, [true, false]);
}

#[tokio::test]
async fn decisions_outside_a_handler_are_kept_too() {
    #[requires(authenticated)]
    async fn second(me: Principal) -> Result<String, auth_core::Problem> {
        let app = notes::state();
        let listed = DropNote::authorize(&me, &app).filter(app.store.all());
        assert_eq!(listed.await?.len(), 1);
        let note = DropNote::authorize(&me, &app).key::<Note>(2).await?;
        Ok(note.id.to_string())
    }
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).grants_of::<DropNote>();
    let app = PolicyRouter::new()
        .route("/second", get(second))
        .audit(trail.clone())
        .authenticate(Callers);
    assert_eq!(
        call(&app, Method::GET, "/second", "ann").await.status(),
        403
    );
    trail.flushed().await.expect("in time");
    let events = memory.events();
    assert_eq!(events.len(), 2);
    for event in &events {
        assert_eq!(
            (&event["policy"], event.get("route")),
            (&"DropNote".into(), None)
        );
        assert!(schema().is_valid(event), "{event}");
    }
    // A list is one decision, which names no item.
    assert_eq!(
        (&events[0]["granted"], &events[0]["granted_items"]),
        (&true.into(), &1.into())
    );
    assert_eq!(events[0]["resources"], serde_json::json!([]));
}

/// anyone may look
#[condition]
fn anyone(context: &Context) -> bool {
    context.method().is_some()
}

#[requires(when = anyone)]
async fn personal(me: Principal) -> String {
    me.subject().to_owned()
}

#[tokio::test]
async fn what_was_answered_after_a_grant_to_nobody_is_what_is_written() {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).every_grant();
    let app = PolicyRouter::new()
        .route("/", get(personal))
        .audit(trail.clone())
        .authenticate(Callers);
    assert_eq!(call(&app, Method::GET, "/", "").await.status(), 401);
    trail.flushed().await.expect("in time");
    let events = memory.events();
    let written: Vec<_> = events.iter().map(|event| &event["code"]).collect();
    assert_eq!(written, [&Value::from("unauthenticated")]);
    assert_eq!(call(&app, Method::GET, "/", "ann").await.status(), 200);
    trail.flushed().await.expect("in time");
    assert_eq!(memory.events().len(), 2);
    assert_eq!(memory.events()[1]["granted"], true);
}

/// A key that can't be displayed.
#[derive(Clone, Debug)]
struct Cursed;

impl std::fmt::Display for Cursed {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("no text\nat all")
    }
}

impl std::str::FromStr for Cursed {
    type Err = std::convert::Infallible;

    fn from_str(_: &str) -> Result<Self, Self::Err> {
        Ok(Self)
    }
}

#[derive(Clone, Resource)]
struct Idol {
    #[key]
    name: Cursed,
}

impl Load for Idol {
    type State = ();
    type Key = Cursed;
    type Error = String;

    async fn load(name: Cursed, (): &()) -> Result<Option<Self>, String> {
        Ok(Some(Self { name }))
    }
}

#[requires(when = |idol: &Idol| matches!(idol.name, Cursed), role = "writer")]
async fn touch() -> &'static str {
    "touched"
}

#[tokio::test]
async fn what_the_app_cant_show_changes_no_answer() {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).every_grant();
    let app = PolicyRouter::new()
        .route("/idols/{idol_id}", get(touch))
        .audit(trail.clone())
        .request_id(|_| panic!("no name"))
        .authenticate(Callers);
    for (caller, status) in [("ann; writer", 200), ("ann", 403)] {
        let answer = call(&app, Method::GET, "/idols/1", caller).await;
        assert_eq!(answer.status(), status);
    }
    trail.flushed().await.expect("in time");
    let events = memory.events();
    assert_eq!(events.len(), 2);
    for event in &events {
        assert!(schema().is_valid(event), "{event}");
        assert_eq!(event.get("request_id"), None);
    }
    assert_eq!(
        events[0]["resources"],
        serde_json::json!([{ "kind": "idol" }])
    );
}
