//! Nested and merged routers, fallbacks, and routers with other authenticators.

use auth_core::{
    Granted, PolicyRouter, Principal, public, requires,
    routing::{any, get, post},
};
use auth_tests::{
    Callers, call,
    notes::{self, EditNote, Note, Role},
};
use http::Method;

#[requires(owns = "note")]
async fn of_a_note(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(role = "writer")]
async fn writers() -> &'static str {
    "writers"
}

#[requires(role = "admin")]
async fn admins() -> &'static str {
    "admins"
}

#[public(because = "one logs in here", ignores_credentials)]
async fn login(me: Option<Principal>) -> String {
    me.map_or_else(|| "nobody".to_owned(), |me| me.subject().to_owned())
}

fn inner() -> PolicyRouter<notes::App> {
    PolicyRouter::new()
        .route("/", get(writers))
        .route("/notes/{note_id}", get(of_a_note))
        .route("/login", post(login))
}

#[tokio::test]
async fn keys_and_policies_survive_nesting() {
    let app = PolicyRouter::new()
        .nest("/api", PolicyRouter::new().nest("/v1", inner()))
        .merge(PolicyRouter::new().route("/merged", get(writers)))
        .fallback(admins)
        .with_state(notes::state())
        .authenticate(Callers);
    for (path, caller, status) in [
        ("/api/v1/notes/1", "", 401),
        ("/api/v1/notes/1", "ann", 200),
        ("/api/v1/notes/1", "bob", 403),
        ("/api/v1/notes/9", "ann", 404),
        ("/api/v1", "ann; writer", 200),
        ("/api/v1", "ann", 403),
        ("/merged", "ann", 403),
        ("/merged", "ann; writer", 200),
        // What matches nothing meets the fallback's guard, below a prefix too.
        ("/api/v1/nowhere", "", 401),
        ("/api/v1/nowhere", "ann; writer", 403),
        ("/api/v1/nowhere", "ann; admin", 200),
        ("/api/v1/notes/1/", "ann", 403),
    ] {
        let answer = call(&app, Method::GET, path, caller).await;
        assert_eq!(answer.status(), status, "{path} as {caller:?}");
    }
    let paths: Vec<_> = app
        .policies()
        .iter()
        .map(|row| row.path().to_owned())
        .collect();
    assert_eq!(
        paths,
        [
            "/api/v1",
            "/api/v1/notes/{note_id}",
            "/api/v1/login",
            "/merged",
            ""
        ]
    );
}

#[tokio::test]
async fn a_key_in_the_prefix_counts_and_so_does_a_doubled_one() {
    let under = |prefix: &str| {
        PolicyRouter::new()
            .nest(prefix, PolicyRouter::new().route("/edit", get(of_a_note)))
            .with_state(notes::state())
            .try_authenticate(Callers)
    };
    let app = under("/notes/{id}").expect("a key in the prefix");
    assert_eq!(
        call(&app, Method::GET, "/notes/1/edit", "ann")
            .await
            .status(),
        200
    );
    assert_eq!(
        call(&app, Method::GET, "/notes/2/edit", "ann")
            .await
            .status(),
        403
    );
    assert!(under("/projects/{id}").is_err());
    assert!(under("/notes/{id}/{note_id}").is_err());
}

#[tokio::test]
async fn dead_credentials_are_ignored_below_every_kind_of_prefix() {
    let authenticated = || inner().with_state(notes::state()).authenticate(Callers);
    let nested = PolicyRouter::new()
        .nest("/a", inner())
        .with_state(notes::state())
        .authenticate(Callers);
    for (app, path) in [
        (authenticated(), "/login"),
        (nested.clone(), "/a/login"),
        (authenticated().nest("/b", nested.clone()), "/b/a/login"),
        (
            authenticated().nest("/c", authenticated().nest("/b", nested.clone())),
            "/c/b/a/login",
        ),
    ] {
        let answer = call(&app, Method::POST, path, "expired").await;
        assert_eq!(
            (answer.status(), answer.body.as_str()),
            (200, "nobody"),
            "{path}"
        );
        // The same router's other routes go on refusing them.
        let other = path.replace("/login", "/notes/1");
        assert_eq!(
            call(&app, Method::GET, &other, "expired").await.status(),
            401,
            "{other}"
        );
    }
}

#[public(because = "anyone may read it")]
async fn open() -> &'static str {
    "open"
}

#[tokio::test]
async fn dead_credentials_are_ignored_by_the_handler_that_runs_and_no_other_of_its_path() {
    let app = PolicyRouter::new()
        .route("/any", any(login).delete(open).get(open))
        .route("/get", get(login).head(open))
        .with_state(notes::state())
        .authenticate(Callers);
    for (method, path, status) in [
        (Method::POST, "/any", 200),
        (Method::DELETE, "/any", 401),
        (Method::GET, "/any", 401),
        (Method::HEAD, "/any", 401),
        (Method::GET, "/get", 200),
        (Method::HEAD, "/get", 401),
        (Method::POST, "/get", 401),
    ] {
        let answer = call(&app, method.clone(), path, "expired").await;
        assert_eq!(answer.status(), status, "{method} {path}");
    }
}

#[tokio::test]
async fn a_service_below_a_key_is_guarded_with_it() {
    let files = axum::routing::get(|uri: http::Uri| async move { uri.to_string() });
    let app = PolicyRouter::new()
        .nest_service("/notes/{note_id}/files", EditNote, files.clone())
        .route_service("/notes/{note_id}/file", EditNote, files)
        .with_state(notes::state())
        .authenticate(Callers);
    for path in [
        "/notes/1/files",
        "/notes/1/files/",
        "/notes/1/files/a/b",
        "/notes/1/file",
    ] {
        for (caller, status) in [("", 401), ("bob", 403), ("ann", 200)] {
            let answer = call(&app, Method::GET, path, caller).await;
            assert_eq!(
                answer.status(),
                status,
                "{path} as {caller:?}: {}",
                answer.body
            );
        }
    }
    assert_eq!(
        call(&app, Method::GET, "/notes/1/files/a/b", "ann")
            .await
            .body,
        "/a/b"
    );
    assert_eq!(
        call(&app, Method::GET, "/notes/9/files/a", "ann")
            .await
            .status(),
        404
    );
}

#[tokio::test]
async fn a_router_of_axum_below_a_policy_keeps_its_own_parameters() {
    let inner = axum::Router::new().route(
        "/{name}/{part}",
        axum::routing::get(|path: axum::extract::Path<(String, String)>| async move {
            format!("{}-{}", path.0.0, path.0.1)
        }),
    );
    let app = PolicyRouter::new()
        .nest_service("/files", public("static files"), inner)
        .authenticate(Callers);
    let answer = call(&app, Method::GET, "/files/a/b", "").await;
    assert_eq!((answer.status(), answer.body.as_str()), (200, "a-b"));
}
