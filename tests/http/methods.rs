//! Methods that are easily forgotten: HEAD, OPTIONS, TRACE, CONNECT, and those a path doesn't have.

use auth_core::{
    PolicyRouter, public, requires,
    routing::{any, get, on, options},
};
use auth_tests::{
    Callers, call,
    notes::{self, Role},
};
use axum::routing::MethodFilter;
use http::Method;

#[requires(role = "writer")]
async fn guarded() -> &'static str {
    "guarded"
}

#[requires(role = "admin")]
async fn admins() -> &'static str {
    "admins"
}

#[public(because = "which methods there are is no secret")]
async fn unknown_method() -> &'static str {
    "no such method"
}

#[tokio::test]
async fn options_and_unknown_methods_reach_no_handler() {
    let app = notes::app(notes::state());
    for method in [
        Method::OPTIONS,
        Method::TRACE,
        Method::PATCH,
        Method::from_bytes(b"BREW").unwrap(),
    ] {
        for caller in ["", "ann", "ann; admin"] {
            let answer = call(&app, method.clone(), "/owned/1", caller).await;
            assert_eq!(answer.status(), 405, "{method} as {caller:?}");
            assert_eq!(answer.body, "");
        }
    }
    assert_eq!(notes::state().store.loads(), 0);
}

/// axum knows it from the release after 0.8.9 on.
#[cfg(unreleased_axum)]
#[test]
#[should_panic(expected = "a method that the table of policies can't list")]
fn a_method_that_no_row_could_tell_of_is_refused() {
    let _: auth_core::routing::PolicyMethodRouter =
        on(MethodFilter::GET.or(MethodFilter::QUERY), guarded);
}

#[tokio::test]
async fn connect_reaches_the_fallback_and_its_guard() {
    let app = PolicyRouter::new()
        .route("/guarded", get(guarded))
        .fallback(admins)
        .authenticate(Callers);
    for (caller, status) in [("", 401), ("ann; writer", 403), ("ann; admin", 200)] {
        let answer = call(&app, Method::CONNECT, "elsewhere.example:443", caller).await;
        assert_eq!(answer.status(), status, "as {caller:?}");
        let answer = call(&app, Method::GET, "/nowhere", caller).await;
        assert_eq!(answer.status(), status, "as {caller:?}");
    }
}

#[tokio::test]
async fn any_on_and_options_are_guarded_like_the_rest() {
    let app = PolicyRouter::new()
        .route("/any", any(guarded))
        .route(
            "/on",
            on(MethodFilter::PUT.or(MethodFilter::PATCH), guarded),
        )
        .route("/options", options(guarded).any(admins))
        .method_not_allowed_fallback(unknown_method)
        .authenticate(Callers);
    for (method, path) in [
        (Method::GET, "/any"),
        (Method::TRACE, "/any"),
        (Method::OPTIONS, "/any"),
        (Method::PUT, "/on"),
        (Method::PATCH, "/on"),
        (Method::OPTIONS, "/options"),
    ] {
        for (caller, status) in [("", 401), ("ann", 403), ("ann; writer", 200)] {
            let answer = call(&app, method.clone(), path, caller).await;
            assert_eq!(answer.status(), status, "{method} {path} as {caller:?}");
        }
    }
    for (caller, status) in [("", 401), ("ann; writer", 403), ("ann; admin", 200)] {
        let answer = call(&app, Method::DELETE, "/options", caller).await;
        assert_eq!(answer.status(), status, "as {caller:?}");
    }
    let answer = call(&app, Method::GET, "/on", "").await;
    assert_eq!(
        (answer.status(), answer.body.as_str()),
        (200, "no such method")
    );
}

#[tokio::test]
async fn an_overriding_header_changes_no_method() {
    let app = notes::app(notes::state());
    for name in [
        "x-http-method-override",
        "x-method-override",
        "x-http-method",
    ] {
        let request = http::Request::post("/reading")
            .header("x-caller", "ann")
            .header(name, "GET")
            .body(axum::body::Body::empty())
            .unwrap();
        assert_eq!(
            auth_tests::send(&app, request).await.status(),
            403,
            "{name}"
        );
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = notes::app(notes::state());
    for caller in ["", "ann", "ann; reader"] {
        let get = call(&app, Method::GET, "/owned/1", caller).await;
        let head = call(&app, Method::HEAD, "/owned/1", caller).await;
        assert_eq!(get.status(), head.status(), "as {caller:?}");
        assert_eq!(head.body, "");
        assert_eq!(
            get.header("www-authenticate"),
            head.header("www-authenticate")
        );
    }
}
