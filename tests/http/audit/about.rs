//! What an event says: of which handler, of which resources, when, and how much of a request.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use auth_core::{
    AuditTrail, Granted, JsonLines, Load, PolicyRouter, Principal, Problem, Resource, SubjectId,
    policy, public, requires,
    routing::{any, get},
};
use auth_tests::{
    Callers, call,
    notes::{self, Note, Role},
};
use http::Method;
use serde_json::json;

use super::{DropNote, Memory};

/// Who may read a note.
#[derive(Debug)]
#[policy(any(role = "admin", owns = "note"))]
struct ReadNote;

#[requires(policy = ReadNote)]
async fn read(note: Granted<Note, ReadNote>) -> String {
    note.id.to_string()
}

#[requires(role = "admin")]
async fn admins() -> &'static str {
    "in"
}

#[tokio::test]
async fn a_grant_names_the_resource_that_the_handler_was_handed() {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).every_grant();
    let app = PolicyRouter::new()
        .route("/notes/{note_id}", get(read))
        .with_state(notes::state())
        .audit(trail.clone())
        .authenticate(Callers);
    // The first is granted by the note, the second without it.
    for caller in ["ann", "root; admin"] {
        let answer = call(&app, Method::GET, "/notes/1", caller).await;
        assert_eq!(answer.status(), 200);
    }
    trail.flushed().await.expect("in time");
    let events = memory.events();
    assert_eq!(events.len(), 2);
    for event in events {
        let named = json!([{ "kind": "note", "key": "1" }]);
        assert_eq!(event["resources"], named, "{event}");
    }
}

mod another {
    use super::{Load, Resource};

    /// Another crate's notes, say.
    #[derive(Clone, Debug, Resource)]
    #[resource(param = "other_note_id")]
    pub(super) struct Note {
        #[key]
        id: u64,
        #[owner]
        author: String,
    }

    impl Load for Note {
        type State = notes::Store;
        type Key = u64;
        type Error = String;

        async fn load(id: u64, _: &notes::Store) -> Result<Option<Self>, String> {
            let author = "ann".to_owned();
            Ok(Some(Self { id, author }))
        }
    }

    use super::notes;
}

#[requires(owns = Note, owns = another::Note)]
async fn both() -> &'static str {
    "both"
}

#[tokio::test]
async fn two_resources_of_one_name_are_two_in_the_trail() {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).every_grant();
    let app = PolicyRouter::new()
        .route("/{note_id}/{other_note_id}", get(both))
        .with_state(notes::state())
        .audit(trail.clone())
        .authenticate(Callers);
    assert_eq!(call(&app, Method::GET, "/1/2", "ann").await.status(), 200);
    trail.flushed().await.expect("in time");
    let named = json!([{ "kind": "note", "key": "1" }, { "kind": "note", "key": "2" }]);
    assert_eq!(memory.events()[0]["resources"], named);
}

#[tokio::test]
async fn an_event_names_the_handler_whose_guard_refused() {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone()));
    let inner = axum::Router::new().route("/admin", axum::routing::get(admins));
    let app = PolicyRouter::new()
        .route("/admin", get(admins))
        .nest_service("/inner", public("its handlers have guards"), inner)
        .audit(trail.clone())
        .authenticate(Callers);
    for path in ["/admin", "/inner/admin"] {
        assert_eq!(call(&app, Method::GET, path, "ann").await.status(), 403);
    }
    trail.flushed().await.expect("in time");
    let events = memory.events();
    assert_eq!(events.len(), 2);
    for event in events {
        let handler = event["handler"].as_str().unwrap_or_default();
        assert!(handler.ends_with("about::admins"), "{handler}");
    }
}

#[tokio::test]
async fn an_event_says_when_it_was_decided_whenever_it_was_asked_as_of() {
    #[requires(authenticated)]
    async fn as_of_1970(me: Principal) -> Result<String, Problem> {
        let app = notes::state();
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        let asked = DropNote::authorize(&me, &app).at(then);
        let note = asked.key::<Note>(1).await?;
        Ok(note.id.to_string())
    }
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).grants_of::<DropNote>();
    let app = PolicyRouter::new()
        .route("/", get(as_of_1970))
        .audit(trail.clone())
        .authenticate(Callers);
    assert_eq!(call(&app, Method::GET, "/", "ann").await.status(), 200);
    trail.flushed().await.expect("in time");
    let said = memory.events()[0]["unix_ms"].as_u64();
    assert!(said > Some(1_700_000_000_000), "{said:?}");
}

#[tokio::test]
async fn a_list_of_which_nothing_is_granted_is_a_decision_that_is_kept() {
    #[requires(authenticated)]
    async fn listed(me: Principal) -> Result<String, Problem> {
        let (app, all) = (notes::state(), notes::state().store.all());
        let kept = DropNote::authorize(&me, &app).filter(all.clone()).await?;
        let fields = DropNote::authorize(&me, &app)
            .fields(&all, |note| note.id)
            .await?;
        let shown = fields.iter().filter(|field| !field.is_hidden()).count();
        Ok(format!("{} {shown}", kept.len()))
    }
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).grants_of::<DropNote>();
    let app = PolicyRouter::new()
        .route("/", get(listed))
        .audit(trail.clone())
        .authenticate(Callers);
    assert_eq!(call(&app, Method::GET, "/", "eve").await.body, "0 0");
    trail.flushed().await.expect("in time");
    let events = memory.events();
    let granted: Vec<_> = events.iter().map(|event| &event["granted_items"]).collect();
    assert_eq!(granted, [0, 0]);
}

#[tokio::test]
async fn an_event_keeps_a_bounded_part_of_what_a_client_makes_up() {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone()));
    let app = PolicyRouter::new()
        .route("/admin", any(admins))
        .audit(trail.clone())
        .request_id(|request| Some(request.headers.get("x-request")?.to_str().ok()?.to_owned()))
        .authenticate(Callers);
    let method = Method::from_bytes("A".repeat(60_000).as_bytes()).expect("a token is a method");
    let request = http::Request::builder()
        .method(method)
        .uri("/admin")
        .header("x-request", "i".repeat(60_000))
        .body(axum::body::Body::empty())
        .expect("a request");
    assert_eq!(auth_tests::send(&app, request).await.status(), 401);
    trail.flushed().await.expect("in time");
    let event = &memory.events()[0];
    assert_eq!(event["method"], format!("{}…", "A".repeat(32)));
    assert_eq!(event["request_id"], format!("{}…", "i".repeat(256)));
}

/// An owner whose identifier can't be told.
#[derive(Clone)]
struct Unsaid;

impl SubjectId for Unsaid {
    fn subject(&self) -> Cow<'_, str> {
        panic!("unsaid")
    }
}

#[derive(Clone, Resource)]
struct Secret {
    #[owner]
    owner: Unsaid,
}

impl Load for Secret {
    type State = ();
    type Key = u64;
    type Error = String;

    async fn load(_: u64, (): &()) -> Result<Option<Self>, String> {
        Ok(Some(Self { owner: Unsaid }))
    }
}

/// What the role alone decides, where it is lacking.
#[derive(Debug)]
#[policy(role = "admin", owns = "secret")]
struct ReadSecret;

#[tokio::test]
async fn an_explanation_that_looks_further_than_the_decision_changes_no_answer() {
    #[requires(authenticated)]
    async fn asked(me: Principal) -> Result<&'static str, Problem> {
        let secret = Secret { owner: Unsaid };
        ReadSecret::authorize(&me, &()).on(secret).await?;
        Ok("read")
    }
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone()));
    let app = PolicyRouter::new()
        .route("/", get(asked))
        .audit(trail.clone())
        .authenticate(Callers);
    assert_eq!(call(&app, Method::GET, "/", "ann").await.status(), 403);
    trail.flushed().await.expect("in time");
    let event = &memory.events()[0];
    let words = "it can't be explained: the app's own code panicked";
    assert_eq!(event["explanation"], words);
    assert_eq!(event["reasons_cut_short"], true);
}

#[tokio::test]
async fn a_list_that_is_refused_is_granted_of_nothing() {
    /// Who may sign a note, having just logged in.
    #[derive(Debug)]
    #[policy(owns = "note", step_up(within = "10m"))]
    struct Sign;
    #[requires(authenticated)]
    async fn signed(me: Principal) -> Result<String, Problem> {
        let app = notes::state();
        let signed = Sign::authorize(&me, &app).filter(app.store.all()).await?;
        Ok(signed.len().to_string())
    }
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone()));
    let app = PolicyRouter::new()
        .route("/", get(signed))
        .audit(trail.clone())
        .authenticate(Callers);
    assert_eq!(call(&app, Method::GET, "/", "ann").await.status(), 401);
    trail.flushed().await.expect("in time");
    let event = &memory.events()[0];
    assert_eq!(
        (&event["granted"], &event["granted_items"]),
        (&json!(false), &json!(0))
    );
}
