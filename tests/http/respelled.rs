//! Paths spelled otherwise: no service opens what another route's policy is about.

use std::convert::Infallible;

use auth_core::{
    AuditTrail, JsonLines, Load, PolicyRouter, Resource, policy, public, routing::get,
};
use auth_tests::{Callers, call, notes::Role};
use axum::{extract::Request, response::IntoResponse};
use http::Method;
use percent_encoding::percent_decode_str;

use crate::{
    audit::Memory,
    services::{AdminOnly, writers},
};

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
