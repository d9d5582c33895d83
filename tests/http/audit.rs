//! Every decision is kept as an event of a documented shape, and no request waits for that.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use auth_core::{
    AuditEvent, AuditSink, AuditTrail, Guarded, Identity, JsonLines, PolicyRouter, Principal,
    async_trait, policy, requires, routing::get,
};
use auth_tests::{
    Callers, call,
    log::logged,
    notes::{self, Note, Role},
};
use http::Method;
use serde_json::Value;
use tokio::sync::Semaphore;

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
struct Memory(Arc<Mutex<Vec<u8>>>);

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

    fn events(&self) -> Vec<Value> {
        self.text()
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }
}

fn schema() -> jsonschema::Validator {
    let schema = include_str!("../../docs/audit-event.schema.json");
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
    trail.flushed().await;
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
        .with_state(notes::state())
        .audit(trail.clone())
        .authenticate(Callers);
    for (path, status) in [
        ("/notes/1", 200),
        ("/notes/404", 404),
        ("/notes/500", 503),
        ("/asked", 404),
    ] {
        let answer = call(&app, Method::GET, path, "root; admin").await;
        assert_eq!(answer.status(), status, "{path}");
    }
    trail.flushed().await;
    let events = memory.events();
    let codes: Vec<_> = events.iter().map(|event| &event["code"]).collect();
    assert_eq!(codes, ["not_found", "unavailable", "not_found"]);
    for event in &events {
        assert!(schema().is_valid(event), "{event}");
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
    trail.flushed().await;
    let granted: Vec<_> = memory
        .events()
        .iter()
        .map(|event| event["granted"].clone())
        .collect();
    assert_eq!(granted, [true, false]);
}

#[tokio::test]
async fn no_text_of_a_clients_leaves_its_string() {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone()));
    let app = app(trail.clone());
    for naughty in [
        "a\"b\\c",
        "ann\u{7f}",
        "r\u{e9}n\u{e9}e",
        "\u{202e}drowssap",
        "line\u{2028}feed",
        "{{7*7}}",
        "' OR 1=1",
    ] {
        let ann = Principal::for_test(Identity::person("tests", naughty));
        let request = http::Request::builder()
            .uri("/write")
            .header("x-request", "id\t\"1\"");
        let request = request
            .header("x-caller", "ann\"\\")
            .body(axum::body::Body::empty());
        auth_tests::send(&app, request.unwrap()).await;
        let event = DropNote::authorize(&ann, &notes::state())
            .key::<Note>(2)
            .await;
        assert!(event.is_err());
    }
    trail.flushed().await;
    let text = memory.text();
    assert!(
        text.bytes()
            .all(|byte| byte == b'\n' || (0x20..0x7f).contains(&byte)),
        "{text}"
    );
    let events = memory.events();
    assert_eq!(events[0]["request_id"], "id\t\"1\"");
    assert_eq!(events[0]["principal"]["subject"], "ann\"\\");
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
    trail.flushed().await;
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

/// A sink that waits to be let on, or fails.
struct Slow(Arc<Semaphore>, bool);

#[async_trait]
impl AuditSink for Slow {
    async fn write(&self, _: &[AuditEvent]) -> Result<(), String> {
        let Ok(pass) = self.0.acquire().await else {
            return Ok(());
        };
        pass.forget();
        if self.1 {
            Err("the disk is full".to_owned())
        } else {
            Ok(())
        }
    }
}

#[tokio::test]
async fn a_sink_that_hangs_holds_up_no_request_and_what_is_lost_is_counted() {
    let gate = Arc::new(Semaphore::new(0));
    let trail = AuditTrail::to(Slow(Arc::clone(&gate), false)).room(5);
    let app = app(trail.clone());
    let events = logged(async {
        for _ in 0..50 {
            let asked = call(&app, Method::GET, "/write", "ann");
            let answer = tokio::time::timeout(Duration::from_secs(5), asked).await;
            assert_eq!(answer.expect("at once").status(), 403);
        }
    })
    .await;
    assert!(trail.lost() >= 40, "{trail:?}");
    let told: Vec<_> = events
        .iter()
        .filter(|(target, _)| target == "auth_core::audit")
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    gate.close();
    trail.flushed().await;
    assert_eq!(trail.lost() + trail.written(), 50);
}

#[tokio::test]
async fn what_a_sink_cant_keep_is_lost_and_counted() {
    let trail = AuditTrail::to(Slow(Arc::new(Semaphore::new(100)), true));
    let app = app(trail.clone());
    call(&app, Method::GET, "/write", "ann").await;
    trail.flushed().await;
    assert_eq!((trail.written(), trail.lost()), (0, 1));
}

#[tokio::test]
async fn a_kept_appender_takes_the_lines() {
    let folder = std::env::temp_dir().join(format!("audit-{}", std::process::id()));
    let appender = tracing_appender::rolling::never(&folder, "audit.jsonl");
    let trail = AuditTrail::to(JsonLines::new(appender));
    call(&app(trail.clone()), Method::GET, "/write", "ann").await;
    trail.flushed().await;
    let text = std::fs::read_to_string(folder.join("audit.jsonl")).expect("a file");
    std::fs::remove_dir_all(&folder).expect("it was there");
    let event: Value = serde_json::from_str(&text).expect("one line");
    assert_eq!(event["code"], "forbidden");
}
