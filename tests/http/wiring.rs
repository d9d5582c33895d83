//! What can't work is refused at start, all faults at once, each with its cure.

use std::convert::Infallible;

use auth_core::{
    Guard, Load, PolicyRouter, Principal, Resource, guarded, public, requires,
    routing::{get, post},
};
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
        .method_not_allowed_fallback(lost)
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
async fn a_public_closure_is_given_no_grant() {
    let closure = |note: auth_core::Granted<Note>| async move { note.id.to_string() };
    let app = PolicyRouter::new()
        .route(
            "/notes/{note_id}",
            get(guarded(public("it isn't"), closure)),
        )
        .with_state(notes::state())
        .authenticate(Callers);
    for caller in ["", "ann"] {
        let answer = call(&app, Method::GET, "/notes/1", caller).await;
        assert_eq!(answer.status(), 500, "{caller}");
    }
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
    assert_eq!(note.principal().map(Principal::subject), Some("ann"));
    assert_eq!(
        note.weaken().principal().map(Principal::subject),
        Some("ann")
    );
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

#[requires(authenticated)]
async fn another() -> &'static str {
    "another"
}

#[test]
fn what_is_mounted_twice_is_refused_with_all_the_rest() {
    let file = || axum::routing::get(|| async { "file" });
    let errors = PolicyRouter::new()
        .route("/notes/{note_id}", get(of_a_note).post(another))
        .route("/notes/{note_id}", get(another))
        .route("/notes/{note_id}", post(another).any(another))
        .nest(
            "/notes",
            PolicyRouter::new().route("/{note_id}", get(of_a_note)),
        )
        .merge(PolicyRouter::new().route("/projects/{id}", get(of_a_note)))
        .nest_service("/files", public("static files"), file())
        .route_service("/files", public("static files"), file())
        .fallback(another)
        .merge(PolicyRouter::new().fallback(another))
        .with_state(notes::state())
        .try_authenticate(Callers)
        .expect_err("six faults");
    let text = errors.to_string();
    assert_eq!(errors.iter().count(), 6, "{text}");
    for (route, what) in [
        ("GET /projects/{id} (", "has no key of it"),
        ("GET /notes/{note_id} (", "of_a_note answers it already"),
        ("POST /notes/{note_id} (", "another answers it already"),
        ("ANY /files (", "answers it already"),
        ("ANY  (", "another answers it already"),
    ] {
        let named = errors.iter().map(ToString::to_string);
        let mut named = named.filter(|error| error.starts_with(route));
        assert!(
            named.any(|error| error.contains(what)),
            "{route}: {what} is not in: {text}"
        );
    }
}

#[tokio::test]
async fn one_path_may_be_mounted_method_by_method() {
    let app = PolicyRouter::new()
        .route("/notes/{note_id}", get(of_a_note))
        .route("/notes/{note_id}", post(another))
        .with_state(notes::state())
        .authenticate(Callers);
    let path = "/notes/1";
    assert_eq!(call(&app, Method::GET, path, "ann").await.status(), 200);
    assert_eq!(call(&app, Method::POST, path, "ann").await.body, "another");
    assert_eq!(call(&app, Method::PUT, path, "ann").await.status(), 405);
}

/// A blog is found by its name, and its posts name it by its number.
#[derive(Debug, Resource)]
#[resource(param = "blog")]
struct Blog {
    #[key]
    id: u64,
}

#[derive(Debug, Resource)]
struct Post {
    #[key]
    id: u64,
    #[parent(Blog)]
    blog: u64,
}

impl Load for Blog {
    type State = ();
    type Key = String;
    type Error = Infallible;

    async fn load(name: String, (): &()) -> Result<Option<Self>, Infallible> {
        Ok((name == "news").then_some(Self { id: 7 }))
    }
}

impl Load for Post {
    type State = ();
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, (): &()) -> Result<Option<Self>, Infallible> {
        Ok(Some(Self { id, blog: 7 }))
    }
}

#[requires(authenticated, when = |post: &Post| post.id == post.blog)]
async fn of_a_post() -> &'static str {
    "post"
}

#[test]
fn a_path_whose_keys_cant_be_compared_is_refused() {
    let app = |path| {
        PolicyRouter::new()
            .route(path, get(of_a_post))
            .with_state(())
    };
    assert!(
        app("/blogs/{blog_id}/posts/{id}")
            .try_authenticate(Callers)
            .is_ok()
    );
    let errors = app("/blogs/{blog}/posts/{id}").try_authenticate(Callers);
    let text = errors.expect_err("a name is no number").to_string();
    assert!(
        text.contains("the path names a `blog` by what its children don't refer to it by"),
        "{text}"
    );
    assert!(
        text.contains("let `blog` be found by its `#[key]`"),
        "{text}"
    );
}
