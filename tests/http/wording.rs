//! What clients are told of a denial: the words of the policy's author, and an envelope of the app's own.

use auth_core::{
    Denied, Granted, Guarded, PolicyRouter, Principal, Problem, guarded, policy, requires,
    routing::{get, put},
};
use auth_tests::{
    Callers, call,
    notes::{self, Note, Role},
};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{Method, request::Parts};
use serde_json::{Value, json};

/// Who may change anything at all.
#[derive(Debug)]
#[policy(
    role = "writer",
    denied(code = "read_only", detail = "read-only users can't change it")
)]
struct Change;

/// Who may lock what is theirs.
#[derive(Debug)]
#[policy(owns = "note", denied(code = "not_yours"))]
struct Own;

/// Who may change a note.
#[derive(Debug)]
#[policy(policy = Change, policy = Own)]
struct ChangeNote;

#[requires(policy = ChangeNote)]
async fn change(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(policy = Change, owns = "note", hide)]
async fn hidden(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(any(policy = Change, policy = Own), denied(code = "neither"))]
async fn either() -> &'static str {
    "either"
}

#[requires(any(policy = Change, role = "admin"))]
async fn wordless() -> &'static str {
    "wordless"
}

#[requires(authenticated, denied(code = "nobody"))]
async fn known() -> &'static str {
    "known"
}

#[requires(authenticated)]
async fn second(me: Principal) -> Result<String, Problem> {
    let app = notes::state();
    let note = ChangeNote::authorize(&me, &app).key::<Note>(1).await?;
    Ok(note.id.to_string())
}

fn routes() -> PolicyRouter {
    PolicyRouter::new()
        .route("/notes/{note_id}", get(change))
        .route("/hidden/{note_id}", get(hidden))
        .route("/either/{note_id}", get(either))
        .route("/wordless", get(wordless))
        .route("/known", put(known))
        .route("/second", get(second))
        .with_state(notes::state())
}

/// The status, the kind's code, and what the author says.
async fn told(app: &Guarded, path: &str, caller: &str) -> (u16, String, Value, Value) {
    let answer = call(app, Method::GET, path, caller).await;
    let body: Value = serde_json::from_str(&answer.body).expect("a problem");
    let code = body["code"].as_str().unwrap_or_default().to_owned();
    (
        answer.status(),
        code,
        body["reason"].clone(),
        body["detail"].clone(),
    )
}

#[tokio::test]
async fn a_denial_has_the_words_of_the_named_policy_that_decided() {
    let app = routes().authenticate(Callers);
    let forbidden = |reason: Value, detail: Value| (403, "forbidden".to_owned(), reason, detail);
    for (path, caller, expected) in [
        (
            "/notes/1",
            "ann",
            forbidden(json!("read_only"), json!("read-only users can't change it")),
        ),
        (
            "/notes/2",
            "ann; writer",
            forbidden(json!("not_yours"), Value::Null),
        ),
        (
            "/second",
            "bob",
            forbidden(json!("read_only"), json!("read-only users can't change it")),
        ),
        // Of two that would have done, neither is to blame alone.
        ("/either/2", "ann", forbidden(json!("neither"), Value::Null)),
        ("/wordless", "ann", forbidden(Value::Null, Value::Null)),
        // What is hidden or missing, and who isn't known, is told no more.
        (
            "/hidden/2",
            "ann",
            (404, "not_found".to_owned(), Value::Null, Value::Null),
        ),
        (
            "/notes/404",
            "ann; writer",
            (404, "not_found".to_owned(), Value::Null, Value::Null),
        ),
        (
            "/notes/1",
            "",
            (401, "unauthenticated".to_owned(), Value::Null, Value::Null),
        ),
    ] {
        assert_eq!(
            told(&app, path, caller).await,
            expected,
            "{path} as {caller:?}"
        );
    }
}

/// An envelope of the app's own, which claims that all is well.
fn envelope(denied: &Denied, request: &Parts) -> Response {
    assert!(!request.headers.contains_key("x-caller"), "no credential");
    let body = json!({
        "error": denied.kind().code(),
        "message": denied.detail(),
        "reason": denied.reason(),
        "challenges": denied.challenges().len(),
        "path": request.uri.path(),
    });
    let headers = [
        ("cache-control", "public, max-age=60"),
        ("www-authenticate", "None"),
        ("x-envelope", "ours"),
    ];
    (StatusCode::OK, headers, Json(body)).into_response()
}

#[tokio::test]
async fn an_app_words_denials_in_its_own_way_and_they_stay_denials() {
    let app = routes().denials(envelope).authenticate(Callers);
    for (path, caller, status, body) in [
        (
            "/notes/1",
            "ann",
            403,
            json!({ "error": "forbidden", "message": "read-only users can't change it",
                "reason": "read_only", "challenges": 0, "path": "/notes/1" }),
        ),
        (
            "/notes/1",
            "",
            401,
            json!({ "error": "unauthenticated", "message": null, "reason": null, "challenges": 1,
                "path": "/notes/1" }),
        ),
        // What isn't accepted as a credential, too.
        (
            "/notes/1",
            "expired",
            401,
            json!({ "error": "invalid_token", "message": null, "reason": null, "challenges": 1,
                "path": "/notes/1" }),
        ),
        (
            "/second",
            "bob",
            403,
            json!({ "error": "forbidden", "message": "read-only users can't change it",
                "reason": "read_only", "challenges": 0, "path": "/second" }),
        ),
    ] {
        let answer = call(&app, Method::GET, path, caller).await;
        assert_eq!(answer.status(), status, "{path} as {caller:?}");
        let told: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!(told, body);
        assert_eq!(answer.header("x-envelope"), "ours");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("vary"), "x-caller");
        let challenged = answer.header("www-authenticate").starts_with("Caller");
        assert_eq!(challenged, status == 401);
    }
    // What is granted, and the app's own errors, are left alone.
    let answer = call(&app, Method::GET, "/notes/1", "ann; writer").await;
    assert_eq!((answer.status(), answer.header("x-envelope")), (200, ""));
    let answer = call(&app, Method::POST, "/notes/1", "ann; writer").await;
    assert_eq!((answer.status(), answer.header("x-envelope")), (405, ""));
}

#[tokio::test]
async fn words_that_panic_leave_the_denial_as_it_was() {
    let app = PolicyRouter::new()
        .route("/", get(guarded(Change, async || "changed")))
        .denials(|_, _| panic!("no words"))
        .authenticate(Callers);
    let answer = call(&app, Method::GET, "/", "ann").await;
    assert_eq!((answer.status(), &*answer.code()), (403, "forbidden"));
}
