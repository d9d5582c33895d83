//! The guard comes before every other extractor.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use auth_core::{PolicyRouter, guarded, policy, routing::get};
use auth_tests::{Callers, call, notes, notes::Role, send};
use axum::{
    body::{Body, Bytes},
    handler::Handler,
    middleware::{Next, from_fn},
};
use http::{Method, Request};
use http_body::Frame;

/// Who writes.
#[policy(role = "writer")]
struct WritersOnly;

/// A body that fails the test when it is read.
struct Unread;

impl http_body::Body for Unread {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        panic!("the body of a denied request was read")
    }
}

fn request(caller: &str, content_type: &str, body: Body) -> Request<Body> {
    let request = Request::post("/with-body").header("content-type", content_type);
    let request = if caller.is_empty() {
        request
    } else {
        request.header("x-caller", caller)
    };
    request.body(body).unwrap()
}

#[tokio::test]
async fn a_denied_requests_body_is_never_read() {
    let app = notes::app(notes::state());
    for (caller, status) in [("", 401), ("ann", 403), ("expired", 401)] {
        let answer = send(&app, request(caller, "application/json", Body::new(Unread))).await;
        assert_eq!(answer.status(), status, "as {caller:?}");
    }
}

#[tokio::test]
async fn a_denial_comes_before_what_is_wrong_with_the_body() {
    let app = notes::app(notes::state());
    for (content_type, body, status) in [
        ("application/json", "{", 400),
        ("text/plain", "{}", 415),
        ("application/json", "{}", 200),
    ] {
        let denied = send(&app, request("ann", content_type, Body::from(body))).await;
        assert_eq!(denied.status(), 403);
        let granted = send(&app, request("ann; writer", content_type, Body::from(body))).await;
        assert_eq!(granted.status(), status, "{content_type} {body}");
    }
}

#[tokio::test]
async fn the_guard_comes_before_a_layer_of_the_handler_itself() {
    async fn answers(_: Request<Body>, _: Next) -> &'static str {
        "the layer"
    }
    let handler = (async || "the handler").layer(from_fn(answers));
    let app = PolicyRouter::new()
        .route("/", get(guarded(WritersOnly, handler)))
        .authenticate(Callers);
    for (caller, status) in [("", 401), ("ann", 403), ("ann; writer", 200)] {
        let answer = call(&app, Method::GET, "/", caller).await;
        assert_eq!(answer.status(), status, "as {caller:?}");
    }
}
