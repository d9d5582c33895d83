//! What caches may keep.

use auth_core::{
    Context, Guarded, PolicyRouter, Principal, condition, public, requires, routing::get,
};
use auth_tests::{Callers, call, notes};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode},
    middleware::{Next, from_fn},
    response::Response,
};
use http::Method;

#[tokio::test]
async fn denials_are_stored_by_nobody_and_guarded_answers_by_no_shared_cache() {
    let app = notes::app(notes::state());
    let denied = call(&app, Method::GET, "/whoami", "").await;
    assert_eq!(
        (denied.header("cache-control"), denied.header("vary")),
        ("no-store", "x-caller")
    );
    let granted = call(&app, Method::GET, "/whoami", "ann").await;
    assert_eq!(
        (granted.header("cache-control"), granted.header("vary")),
        ("private", "x-caller")
    );
    let public = call(&app, Method::GET, "/health", "").await;
    assert_eq!(
        (public.header("cache-control"), public.header("vary")),
        ("", "x-caller")
    );
}

/// What the handlers here say of themselves: that everybody may keep it.
fn for_everybody() -> HeaderMap {
    let value = HeaderValue::from_static("public, s-maxage=600, max-age=60");
    HeaderMap::from_iter([(http::header::CACHE_CONTROL, value)])
}

#[public(because = "anyone may look")]
async fn greeting(me: Option<Principal>) -> (HeaderMap, String) {
    let name = me.map_or("you".to_owned(), |me| me.subject().to_owned());
    (for_everybody(), format!("hello, {name}"))
}

#[public(because = "anyone may look")]
async fn by_hand(request: Request) -> (StatusCode, HeaderMap) {
    let known = Principal::of_request(request.extensions()).is_some();
    let status = if known {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::GONE
    };
    (status, for_everybody())
}

#[public(because = "anyone may look")]
async fn logo() -> (HeaderMap, &'static str) {
    (for_everybody(), "logo")
}

#[requires(authenticated)]
async fn mine() -> (HeaderMap, &'static str) {
    (for_everybody(), "mine")
}

/// it is a request
#[condition]
fn anywhere(context: &Context) -> bool {
    context.method().is_some()
}

#[requires(when = anywhere)]
async fn for_nobody_too() -> &'static str {
    "here"
}

fn app() -> PolicyRouter {
    PolicyRouter::new()
        .route("/greeting", get(greeting))
        .route("/by-hand", get(by_hand))
        .route("/logo", get(logo))
        .route("/mine", get(mine))
        .route("/here", get(for_nobody_too))
}

/// What is said of an answer, and that it says what it depends on.
async fn said(app: &Guarded, method: Method, path: &str, caller: &str) -> String {
    let answer = call(app, method, path, caller).await;
    assert_eq!(answer.header("vary"), "x-caller", "{path}");
    answer.header("cache-control").to_owned()
}

const PUBLIC: &str = "public, s-maxage=600, max-age=60";
const PRIVATE: &str = "private, max-age=60";

#[tokio::test]
async fn what_may_be_for_its_caller_alone_is_in_no_shared_cache_whatever_the_handler_says() {
    let app = app().authenticate(Callers);
    for method in [Method::GET, Method::HEAD] {
        for (path, nobody, somebody) in [
            ("/greeting", PUBLIC, PRIVATE),
            ("/by-hand", PUBLIC, PRIVATE),
            // Who calls is not looked at, and so can't be in the answer.
            ("/logo", PUBLIC, PUBLIC),
            ("/mine", "no-store", PRIVATE),
            ("/here", "private", "private"),
            ("/nowhere", "", ""),
        ] {
            for (caller, expected) in [("", nobody), ("ann", somebody)] {
                let said = said(&app, method.clone(), path, caller).await;
                assert_eq!(said, expected, "{method} {path} as {caller:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_layer_that_asks_who_calls_makes_what_is_below_it_private() {
    async fn counts_visits(request: Request, next: Next) -> Response {
        let _ = Principal::of_request(request.extensions());
        next.run(request).await
    }
    let app = app().layer(from_fn(counts_visits)).authenticate(Callers);
    assert_eq!(said(&app, Method::GET, "/logo", "ann").await, PRIVATE);
    assert_eq!(said(&app, Method::GET, "/logo", "").await, PUBLIC);
}
