//! Layers outside and inside of the authentication: which answers each is around, and where CORS belongs.

use auth_core::{Guarded, PolicyRouter, public, requires, routing::get};
use auth_tests::{CALLER, Callers, call, log::logged, notes::Role, send};
use axum::{
    body::Body,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
};
use http::{
    HeaderValue, Method,
    header::{ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN},
};
use tower_http::cors::CorsLayer;

#[requires(role = "reader")]
async fn reads() -> &'static str {
    "read"
}

#[public(because = "that there is nothing is told to anyone")]
async fn nothing() -> http::StatusCode {
    http::StatusCode::NOT_FOUND
}

async fn outside(request: Request, next: Next) -> Response {
    marked(request, next, "x-outside").await
}

async fn inside(request: Request, next: Next) -> Response {
    marked(request, next, "x-inside").await
}

async fn marked(request: Request, next: Next, name: &'static str) -> Response {
    let mut answer = next.run(request).await;
    answer
        .headers_mut()
        .insert(name, HeaderValue::from_static("ran"));
    answer
}

#[tokio::test]
async fn outer_layers_are_around_every_answer_and_inner_ones_around_all_but_dead_credentials() {
    let app = |router: PolicyRouter| {
        router
            .layer(from_fn(inside))
            .authenticate(Callers)
            .layer(from_fn(outside))
    };
    let routes = || PolicyRouter::new().route("/notes", get(reads));
    for (how, app) in [
        ("without a fallback", app(routes())),
        ("with one", app(routes().fallback(nothing))),
    ] {
        for (method, path, caller, status, is_inside) in [
            (Method::GET, "/notes", "ann; reader", 200, true),
            (Method::HEAD, "/notes", "ann; reader", 200, true),
            (Method::GET, "/notes", "ann", 403, true),
            (Method::GET, "/notes", "", 401, true),
            (Method::HEAD, "/notes", "", 401, true),
            (Method::OPTIONS, "/notes", "", 405, true),
            (Method::GET, "/nothing", "", 404, true),
            // Whoever presents what has ended gets no further.
            (Method::GET, "/notes", "expired", 401, false),
            (Method::HEAD, "/notes", "expired", 401, false),
            (Method::OPTIONS, "/notes", "expired", 401, false),
            (Method::GET, "/nothing", "expired", 401, false),
        ] {
            let answer = call(&app, method.clone(), path, caller).await;
            let what = format!("{how}: {method} {path} as {caller:?}");
            assert_eq!(answer.status(), status, "{what}");
            assert_eq!(answer.header("x-outside"), "ran", "{what}");
            let ran = answer.head.headers.contains_key("x-inside");
            assert_eq!(ran, is_inside, "{what}");
        }
    }
}

/// What a page of another origin is told of an answer: whether its script may read it.
async fn readable(app: &Guarded, method: Method, caller: &str) -> (u16, bool) {
    let mut request = Request::builder()
        .method(method)
        .uri("/notes")
        .header(ORIGIN, "https://app.example")
        .header(ACCESS_CONTROL_REQUEST_METHOD, "GET");
    if !caller.is_empty() {
        request = request.header(CALLER, caller);
    }
    let answer = send(app, request.body(Body::empty()).expect("a request")).await;
    let allowed = answer
        .head
        .headers
        .contains_key(ACCESS_CONTROL_ALLOW_ORIGIN);
    (answer.status(), allowed)
}

#[tokio::test]
async fn cors_outside_of_the_authentication_lets_pages_read_why_they_are_refused() {
    let routes = || PolicyRouter::new().route("/notes", get(reads));
    let outside = routes()
        .authenticate(Callers)
        .layer(CorsLayer::permissive());
    for (method, caller, status) in [
        (Method::GET, "ann; reader", 200),
        (Method::GET, "ann", 403),
        (Method::GET, "expired", 401),
        // A preflight brings no credentials, and is answered before anyone asks for them.
        (Method::OPTIONS, "", 200),
    ] {
        assert_eq!(
            readable(&outside, method, caller).await,
            (status, true),
            "{caller}"
        );
    }
    // So the docs of both layers say where it belongs, and so does the log.
    let events = logged(async {
        let inside = routes().layer(CorsLayer::permissive());
        let refused = readable(&inside.authenticate(Callers), Method::GET, "expired").await;
        assert_eq!(refused, (401, false));
    });
    let events = events.await;
    let mut told = events
        .iter()
        .filter_map(|(_, fields)| fields.get("message"));
    assert!(
        told.any(|message| message.contains("CORS stands inside of the authentication")),
        "{events:?}"
    );
}
