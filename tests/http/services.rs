//! Services below prefixes: wherever one is mounted, the longest prefix answers, and its policy is asked.

use std::convert::Infallible;

use auth_core::{Guarded, PolicyRouter, policy, public, requires, routing::get};
use auth_tests::{Callers, call, notes::Role};
use axum::{
    extract::{OriginalUri, Request},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode};
use tower::{Service, service_fn};

/// What the administrators alone may see.
#[derive(Debug)]
#[policy(role = "admin")]
pub(crate) struct AdminOnly;

/// It answers with the whole path, as a server of one folder's files does with a file.
fn files(
    of: &'static str,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    service_fn(move |request: Request| async move {
        let OriginalUri(uri) = request.extensions().get().expect("a uri");
        Ok(format!("{of}: {uri}").into_response())
    })
}

#[public(because = "what is unknown is unknown to all")]
async fn page() -> &'static str {
    "page"
}

#[requires(role = "writer")]
pub(crate) async fn writers() -> &'static str {
    "writers"
}

/// The administrators' files, and a route beside them.
fn inner() -> PolicyRouter {
    PolicyRouter::new()
        .nest_service("/files", AdminOnly, files("files"))
        .route("/w", get(writers))
}

#[tokio::test]
async fn a_service_is_there_and_guarded_wherever_its_router_is_mounted() {
    let new = PolicyRouter::new;
    let outer = || new().fallback(page).authenticate(Callers);
    let beside_all = new().nest_service("/api", public("all else"), files("all"));
    let apps: [(&str, Guarded, &str); 10] = [
        ("plain", inner().authenticate(Callers), ""),
        (
            "before a fallback",
            inner().fallback(page).authenticate(Callers),
            "",
        ),
        (
            "after a fallback",
            new()
                .fallback(page)
                .nest_service("/files", AdminOnly, files("files"))
                .authenticate(Callers),
            "",
        ),
        (
            "nested",
            new().nest("/api", inner()).authenticate(Callers),
            "/api",
        ),
        (
            "nested beside a fallback",
            new()
                .nest("/api", inner())
                .fallback(page)
                .authenticate(Callers),
            "/api",
        ),
        (
            "nested with a fallback",
            new()
                .nest("/api", inner().fallback(page))
                .authenticate(Callers),
            "/api",
        ),
        (
            "merged",
            new().fallback(page).merge(inner()).authenticate(Callers),
            "",
        ),
        ("joined", outer().merge(inner().authenticate(Callers)), ""),
        (
            "nested when authenticated",
            outer().nest("/api", inner().authenticate(Callers)),
            "/api",
        ),
        (
            "below another service's prefix",
            beside_all.nest("/api/v1", inner()).authenticate(Callers),
            "/api/v1",
        ),
    ];
    for (how, app, prefix) in apps {
        for below in ["", "/", "/x", "/x/y", "//x"] {
            let path = format!("{prefix}/files{below}");
            for (caller, status) in [("", 401), ("ann", 403), ("root; admin", 200)] {
                let answer = call(&app, Method::GET, &path, caller).await;
                assert_eq!(answer.status(), status, "{how}: {path} as {caller:?}");
                if status == 200 {
                    assert_eq!(answer.body, format!("files: {path}"), "{how}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_broader_route_answers_for_no_service_with_a_longer_prefix() {
    let private =
        || PolicyRouter::new().nest_service("/assets/private", AdminOnly, files("private"));
    let assets = || public("assets");
    for (beside, app) in [
        (
            "a service",
            private().nest_service("/assets", assets(), files("all")),
        ),
        (
            "all below",
            private().route_service("/assets/{*file}", assets(), files("all")),
        ),
        (
            "two parameters",
            private().route_service("/assets/{folder}/{file}", assets(), files("all")),
        ),
        ("all there is", private().route("/{*path}", get(page))),
    ] {
        let app = app.authenticate(Callers);
        for path in [
            "/assets/private/salaries.csv",
            "/assets/private",
            "/assets/private/",
        ] {
            let answer = call(&app, Method::GET, path, "").await;
            assert_eq!(answer.status(), 401, "{path} beside {beside}");
            let answer = call(&app, Method::GET, path, "root; admin").await;
            assert_eq!(answer.body, format!("private: {path}"), "beside {beside}");
        }
        let answer = call(&app, Method::GET, "/assets/logo.svg", "").await;
        assert!(
            [200, 404].contains(&answer.status()),
            "beside {beside}: {}",
            answer.status()
        );
    }
}

#[tokio::test]
async fn a_layer_around_routes_is_around_services_too() {
    let full = from_fn(async |_: Request, _: Next| StatusCode::TOO_MANY_REQUESTS);
    let app = PolicyRouter::new()
        .nest_service("/files", public("files"), files("all"))
        .route_layer(full)
        .authenticate(Callers);
    let answer = call(&app, Method::GET, "/files/x", "").await;
    assert_eq!(answer.status(), 429);
}
