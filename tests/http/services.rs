//! Services below prefixes: wherever one is mounted, the longest prefix answers, and its policy is asked.

use std::convert::Infallible;

use auth_core::{
    AuditTrail, Guarded, JsonLines, Load, PolicyRouter, Resource, policy, public, requires,
    routing::get,
};
use auth_tests::{Callers, call, notes::Role};
use axum::{
    extract::{OriginalUri, Request},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use tower::{Service, service_fn};

use crate::audit::Memory;

/// What the administrators alone may see.
#[derive(Debug)]
#[policy(role = "admin")]
struct AdminOnly;

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
async fn writers() -> &'static str {
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

/// It answers with the file that it would open, as a server of files does.
async fn opens(request: Request) -> String {
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
    let parts = path.split('/').filter(|part| !["", "."].contains(part));
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn however_a_path_is_spelled_no_service_opens_what_another_routes_policy_is_about() {
    let opens = || axum::Router::new().fallback(opens);
    let all = || PolicyRouter::new().nest_service("/files", public("assets"), opens());
    let private = || PolicyRouter::new().nest_service("/files/private", AdminOnly, opens());
    let one = PolicyRouter::new().route("/files/private/{file}", get(writers));
    for (how, app, prefix) in [
        ("together", all().merge(private()).authenticate(Callers), ""),
        ("beside a route", all().merge(one).authenticate(Callers), ""),
        (
            "nested",
            PolicyRouter::new()
                .nest("/v1", all().merge(private()))
                .authenticate(Callers),
            "/v1",
        ),
        (
            "joined",
            all()
                .authenticate(Callers)
                .merge(private().authenticate(Callers)),
            "",
        ),
        (
            "nested when authenticated",
            PolicyRouter::new().authenticate(Callers).nest(
                "/v1",
                all()
                    .authenticate(Callers)
                    .merge(private().authenticate(Callers)),
            ),
            "/v1",
        ),
    ] {
        for path in [
            "/files/private/a",
            "/files/%70rivate/a",
            "/files/priv%61te/a",
            "/files//private/a",
            "/files/./private/a",
            "/files/private%2Fa",
            "/files/x/../private/a",
            "/files/private/a/",
            "/files/private/a/.",
            "/files/%70rivate/a/",
        ] {
            let path = format!("{prefix}{path}");
            let answer = call(&app, Method::GET, &path, "").await;
            assert!(
                [401, 404].contains(&answer.status()),
                "{how}, {path}: {}",
                answer.body
            );
        }
        for (path, file) in [
            ("/files/open/a", "open/a"),
            ("/files/a%20b", "a b"),
            ("/files/%40scope%2fname", "@scope/name"),
            ("/files//open", "open"),
            ("/files/open/", "open"),
        ] {
            let answer = call(&app, Method::GET, &format!("{prefix}{path}"), "").await;
            assert_eq!(
                (answer.status(), answer.body.as_str()),
                (200, file),
                "{how}, {path}"
            );
        }
    }
}

#[tokio::test]
async fn a_router_that_is_mounted_as_a_service_judges_paths_by_its_own_routes() {
    let opens = || axum::Router::new().fallback(opens);
    let whole = || {
        PolicyRouter::new()
            .nest_service("/files", public("assets"), opens())
            .route_service("/files/report.pdf", AdminOnly, opens())
            .nest_service("/files/private", AdminOnly, opens())
            .authenticate(Callers)
    };
    let mounted = PolicyRouter::new().nest_service("/api", public("it guards itself"), whole());
    let mounted = mounted.authenticate(Callers).into_axum_router();
    let nested = axum::Router::new().nest("/api", whole().into_axum_router());
    let service = axum::Router::new().nest_service("/api", whole());
    for (how, app) in [
        ("mounted", mounted),
        ("nested", nested),
        ("a service", service),
    ] {
        for (path, status) in [
            ("/api/files/open", 200),
            ("/api/files/open/", 200),
            ("/api/files/private/a", 401),
            ("/api/files/%70rivate/a", 404),
            ("/api/files//private/a", 404),
            ("/api/files/report.pdf", 401),
            ("/api/files/report.pdf/", 404),
            ("/api/files/%72eport.pdf/", 404),
        ] {
            let answer = call(&app, Method::GET, path, "").await;
            assert_eq!(answer.status(), status, "{how}, {path}: {}", answer.body);
        }
    }
}

/// Who may read
#[derive(Debug)]
#[policy(role = "reader")]
struct Reading;

#[tokio::test]
async fn a_path_that_means_another_route_is_a_denial_in_the_apps_words_and_in_the_trail() {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).every_grant();
    let opens = || axum::Router::new().fallback(opens);
    let app = PolicyRouter::new()
        .nest_service("/files", Reading, opens())
        .nest_service("/files/private", AdminOnly, opens())
        .audit(trail.clone())
        .denials(|denied, _| denied.kind().code().into_response())
        .authenticate(Callers);
    let answer = call(&app, Method::GET, "/files/%70rivate/a", "ann; reader").await;
    assert_eq!((answer.status(), answer.body.as_str()), (404, "not_found"));
    trail.flushed().await.expect("in time");
    let [event] = &memory.events()[..] else {
        panic!("one event: {:?}", memory.events());
    };
    assert_eq!(
        (&event["granted"], &event["code"]),
        (&false.into(), &"not_found".into())
    );
}

#[tokio::test]
async fn a_path_is_judged_as_the_whole_has_it_in_whatever_order_routers_are_joined() {
    let files = || {
        let opens = axum::Router::new().fallback(opens);
        PolicyRouter::new()
            .nest_service("/files", public("assets"), opens)
            .authenticate(Callers)
    };
    let private = || {
        PolicyRouter::new()
            .route("/v1/files/private/{file}", get(writers))
            .authenticate(Callers)
    };
    let other = || {
        PolicyRouter::new()
            .route("/files/{file}", get(writers))
            .route("/files/secret", get(writers))
    };
    for (how, app) in [
        ("nested last", private().nest("/v1", files())),
        (
            "nested first",
            PolicyRouter::new()
                .authenticate(Callers)
                .nest("/v1", files())
                .merge(private()),
        ),
        (
            "beside another",
            other()
                .authenticate(Callers)
                .merge(private())
                .nest("/v1", files()),
        ),
    ] {
        for (path, status) in [
            ("/v1/files/private/a", 401),
            ("/v1/files/%70rivate/a", 404),
            ("/v1/files//private/a", 404),
            // What another prefix has is no matter.
            ("/v1/files/%73ecret", 200),
        ] {
            let answer = call(&app, Method::GET, path, "").await;
            assert_eq!(answer.status(), status, "{how}, {path}: {}", answer.body);
        }
    }
}

/// The org that a path names.
#[derive(Debug, Resource)]
struct Org {
    #[key]
    id: String,
    #[owner]
    owner: &'static str,
}

impl Load for Org {
    type State = ();
    type Key = String;
    type Error = Infallible;

    async fn load(id: String, (): &()) -> Result<Option<Self>, Infallible> {
        let owner = if id == "a" { "ann" } else { "bob" };
        Ok(Some(Self { id, owner }))
    }
}

/// Who owns an org.
#[derive(Debug)]
#[policy(owns = "org")]
struct OwnOrg;

#[tokio::test]
async fn a_service_reads_the_key_that_a_policy_was_asked_about() {
    let opens = || axum::Router::new().fallback(opens);
    let app = PolicyRouter::new()
        .route_service("/{bucket}/{org_id}/{*file}", OwnOrg, opens())
        .authenticate(Callers);
    for (path, status) in [
        ("/x/a/file", 200),
        ("/x/a/folder%2Ffile", 200),
        ("/x/a//file", 200),
        ("/a/b/secret", 403),
        ("/./a/b/secret", 404),
        ("/%2e/a/b/secret", 404),
        ("/%2f/a/b/secret", 404),
        ("/x/a/../b/secret", 404),
        ("/x/a/..%2fb/secret", 404),
        ("/x/a%2fb/secret", 404),
    ] {
        let answer = call(&app, Method::GET, path, "ann").await;
        assert!(
            answer.status() == status || status == 404 && answer.status() == 403,
            "{path}: {} {}",
            answer.status(),
            answer.body
        );
    }
}

#[tokio::test]
async fn a_merged_routers_services_open_nothing_of_another_routes_nor_others_anything_of_its() {
    let site = || axum::Router::new().fallback(opens);
    let rest = || axum::Router::new().route("/{*path}", axum::routing::get(opens));
    let behind = |router: PolicyRouter| {
        [
            router.clone().nest_service("/private", AdminOnly, site()),
            router.route("/private/{file}", get(writers)),
        ]
    };
    let open = |site| PolicyRouter::new().merge_service(public("the site"), site);
    for router in [behind(open(site())), behind(open(rest()))]
        .into_iter()
        .flatten()
    {
        let app = router.authenticate(Callers);
        for (path, status) in [
            ("/open/a", 200),
            ("/a%20b", 200),
            ("/private/a", 401),
            ("/%70rivate/a", 404),
            ("/private%2Fa", 404),
            ("//private/a", 404),
        ] {
            let answer = call(&app, Method::GET, path, "").await;
            assert_eq!(answer.status(), status, "{path}: {}", answer.body);
        }
    }
    let private = axum::Router::new().route("/files/private/{file}", axum::routing::get(opens));
    let app = PolicyRouter::new()
        .nest_service("/files", public("assets"), site())
        .merge_service(AdminOnly, private)
        .authenticate(Callers);
    for (path, status) in [
        ("/files/private/a", 401),
        ("/files/%70rivate/a", 404),
        ("/files/private%2Fa", 404),
        ("/files/a%20b", 200),
        ("/files/open/", 200),
    ] {
        let answer = call(&app, Method::GET, path, "").await;
        assert_eq!(answer.status(), status, "{path}: {}", answer.body);
    }
}
