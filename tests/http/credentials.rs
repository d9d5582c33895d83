//! Credentials that don't count: on every route, before anything downstream.

use auth_core::{
    PolicyRouter, public, requires,
    routing::{get, post},
};
use auth_tests::{Callers, call, notes, send};
use axum::body::Body;
use http::{Method, Request};

#[tokio::test]
async fn bad_credentials_are_refused_on_every_route_public_ones_too() {
    let app = notes::app(notes::state());
    for path in ["/whoami", "/health", "/owned/1", "/nowhere"] {
        let expired = call(&app, Method::GET, path, "expired").await;
        assert_eq!(
            (expired.status(), expired.code().as_str()),
            (401, "invalid_token"),
            "{path}"
        );
        assert_eq!(
            expired.header("www-authenticate"),
            r#"Caller realm="notes", error="invalid_token""#
        );
        let unjudged = call(&app, Method::GET, path, "unjudged").await;
        assert_eq!(unjudged.status(), 503, "{path}");
        let panics = call(&app, Method::GET, path, "panics").await;
        assert_eq!(panics.status(), 503, "{path}");
    }
}

#[tokio::test]
async fn a_route_that_ignores_credentials_meets_nobody_in_their_place() {
    let app = notes::app(notes::state());
    for caller in ["", "ann", "expired", "unjudged"] {
        let answer = call(&app, Method::POST, "/login", caller).await;
        assert_eq!(answer.status(), 200, "as {caller:?}");
    }
}

#[tokio::test]
async fn two_credentials_are_a_malformed_request() {
    let app = notes::app(notes::state());
    // On a route that ignores dead credentials, too.
    for request in [Request::get("/health"), Request::post("/login")] {
        let request = request.header("x-caller", "ann").header("x-caller", "bob");
        let answer = send(&app, request.body(Body::empty()).unwrap()).await;
        assert_eq!(
            (answer.status(), answer.code().as_str()),
            (400, "invalid_request")
        );
    }
}

#[tokio::test]
async fn no_credentials_get_a_challenge_without_an_error() {
    let app = notes::app(notes::state());
    let answer = call(&app, Method::GET, "/whoami", "").await;
    assert_eq!(answer.header("www-authenticate"), r#"Caller realm="notes""#);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.code(), "unauthenticated");
}

#[tokio::test]
async fn lacking_scopes_are_named_in_the_challenge() {
    let app = notes::app(notes::state());
    let answer = call(&app, Method::GET, "/scoped", "ann").await;
    assert_eq!(
        (answer.status(), answer.code().as_str()),
        (403, "insufficient_scope")
    );
    assert!(
        answer
            .header("www-authenticate")
            .contains(r#"scope="notes:write""#)
    );
    let other = call(&app, Method::PUT, "/write", "ann").await;
    assert_eq!(
        (other.code().as_str(), other.header("www-authenticate")),
        ("forbidden", "")
    );
}

#[requires(authenticated)]
async fn guarded() -> &'static str {
    "guarded"
}

#[public(because = "one logs in here", ignores_credentials)]
async fn login() -> &'static str {
    "log in"
}

#[tokio::test]
async fn dead_credentials_are_ignored_on_that_path_and_method_alone() {
    let app = PolicyRouter::new()
        .route("/login", get(guarded).post(login))
        .route("/other", post(guarded))
        .authenticate(Callers);
    for (method, path, status, code) in [
        (Method::POST, "/login", 200, ""),
        (Method::GET, "/login", 401, "invalid_token"),
        (Method::HEAD, "/login", 401, ""),
        (Method::POST, "/other", 401, "invalid_token"),
        (Method::POST, "/nowhere", 401, "invalid_token"),
    ] {
        let answer = call(&app, method.clone(), path, "expired").await;
        assert_eq!(
            (answer.status(), answer.code().as_str()),
            (status, code),
            "{method} {path}"
        );
    }
}
