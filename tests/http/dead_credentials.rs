//! Where dead credentials are none: on handlers, services, fallbacks and subtrees that say so.

use std::convert::Infallible;

use auth_core::{
    Authenticator, Challenge, Identity, Outcome, PolicyRouter, Principal, async_trait, condition,
    public, requires, routing::get,
};
use auth_tests::{Callers, call, send};
use axum::{body::Body, extract::Request, response::IntoResponse};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header::AUTHORIZATION, request::Parts};
use tower::service_fn;

#[condition]
fn open_to_all(caller: Option<&Principal>) -> bool {
    caller.is_none_or(|caller| caller.subject() != "banned")
}

#[requires(any(authenticated, when = open_to_all), ignores_credentials)]
async fn registry(me: Option<Principal>) -> String {
    me.map_or_else(|| "nobody".to_owned(), |me| me.subject().to_owned())
}

#[public(because = "the page finds its own routes", ignores_credentials)]
async fn page(me: Option<Principal>) -> String {
    me.map_or_else(|| "nobody".to_owned(), |me| me.subject().to_owned())
}

#[requires(authenticated)]
async fn somebody(me: Principal) -> String {
    me.subject().to_owned()
}

#[tokio::test]
async fn dead_credentials_are_ignored_where_that_is_said_and_nowhere_else() {
    let files = service_fn(|_: Request| async { Ok::<_, Infallible>("a file".into_response()) });
    let assets = || public("style sheets");
    let inner = PolicyRouter::new()
        .route("/known", get(somebody))
        .fallback(page);
    let subtree = PolicyRouter::new()
        .route("/packages", get(registry))
        .route("/me", get(somebody))
        .ignores_credentials()
        .route("/later", get(somebody));
    let app = PolicyRouter::new()
        .route("/registry", get(registry))
        .route("/known", get(somebody))
        .nest_service("/assets", assets().ignores_credentials(), files)
        .nest_service("/downloads", assets(), files)
        .nest("/app", inner)
        .nest("/sub", subtree)
        .authenticate(Callers);
    for (path, caller, status, body) in [
        ("/registry", "expired", 200, "nobody"),
        ("/registry", "ann", 200, "ann"),
        ("/known", "expired", 401, ""),
        ("/assets", "expired", 200, "a file"),
        ("/assets/site.css", "expired", 200, "a file"),
        ("/downloads/site.css", "expired", 401, ""),
        ("/app/known", "expired", 401, ""),
        ("/app/orders/7", "expired", 200, "nobody"),
        ("/app", "expired", 200, "nobody"),
        ("/app/orders/7", "ann", 200, "ann"),
        // Another fallback, which says nothing.
        ("/nowhere", "expired", 401, ""),
        ("/sub/packages", "expired", 200, "nobody"),
        ("/sub/me", "expired", 401, ""),
        ("/sub/me", "ann", 200, "ann"),
        ("/sub/later", "expired", 401, ""),
    ] {
        let answer = call(&app, Method::GET, path, caller).await;
        assert_eq!(answer.status(), status, "{path} as {caller}");
        if status == 200 {
            assert_eq!(answer.body, body, "{path} as {caller}");
        }
    }
    // Nobody is somebody there: what is asked for is a login, and not another token.
    let answer = call(&app, Method::GET, "/sub/me", "expired").await;
    assert_eq!(answer.code(), "unauthenticated");
    let answer = call(&app, Method::GET, "/sub/later", "expired").await;
    assert_eq!(answer.code(), "invalid_token");
    let ignoring: Vec<_> = app
        .policies()
        .iter()
        .filter(|row| row.ignores_credentials())
        .collect();
    assert_eq!(ignoring.len(), 5, "{ignoring:?}");
    let table = app.policies().to_string();
    assert!(
        table.contains(
            "ANY /assets and below\tpublic because \"style sheets\", ignores_credentials\t"
        ),
        "{table}"
    );
}

/// A token in `Authorization`.
struct Tokens;

#[async_trait]
impl Authenticator for Tokens {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        let mut values = request.headers.get_all(AUTHORIZATION).iter();
        match (values.next().map(HeaderValue::as_bytes), values.next()) {
            (None, _) => Outcome::Nobody,
            (Some(b"Token ann"), None) => Outcome::known(Identity::person("tests", "ann")),
            _ => Outcome::Malformed("another scheme"),
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Token")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![AUTHORIZATION]
    }
}

#[public(because = "it shows what is left of the request")]
async fn left(me: Option<Principal>, headers: HeaderMap) -> String {
    let left = headers.get_all(AUTHORIZATION).iter().count();
    format!(
        "{} {left}",
        me.as_ref().map_or("nobody", Principal::subject)
    )
}

const BASIC: &str = "basic YW5uOng=";

#[tokio::test]
async fn what_is_of_a_foreign_scheme_is_nothing() {
    let routes = || PolicyRouter::new().route("/", get(left));
    let own = routes().authenticate(Tokens);
    let app = routes().foreign_scheme("Basic").authenticate(Tokens);
    let gateway = routes()
        .foreign_scheme("Basic")
        .keep_credentials()
        .authenticate(Tokens);
    for (app, values, status, body) in [
        (&own, &[BASIC][..], 400, ""),
        (&app, &[BASIC], 200, "nobody 0"),
        (&app, &[BASIC, "Token ann"], 200, "ann 0"),
        (&app, &["Token ann"], 200, "ann 0"),
        (&app, &["Digest x"], 400, ""),
        (&app, &["Basically ann"], 400, ""),
        (&gateway, &[BASIC, "Token ann"], 200, "ann 2"),
    ] {
        let mut request = Request::get("/");
        for value in values {
            request = request.header(AUTHORIZATION, *value);
        }
        let answer = send(app, request.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status(), status, "{values:?}");
        if status == 200 {
            assert_eq!(answer.body, body, "{values:?}");
        }
    }
    let errors = routes().foreign_scheme("token").foreign_scheme("Ba sic");
    let errors = errors.try_authenticate(Tokens).expect_err("two faults");
    assert_eq!(errors.iter().count(), 2, "{errors}");
}

#[tokio::test]
async fn a_merged_routers_policy_says_whether_dead_credentials_are_ignored() {
    let docs = || axum::Router::new().route("/docs", axum::routing::get(async || "docs"));
    let new = PolicyRouter::new;
    let ignoring = || public("docs").ignores_credentials();
    for (how, router, status) in [
        (
            "said nowhere",
            new().merge_service(public("docs"), docs()),
            401,
        ),
        (
            "said of the fallback",
            new().merge_service(public("docs"), docs()).fallback(page),
            401,
        ),
        ("said of it", new().merge_service(ignoring(), docs()), 200),
        (
            "said of both",
            new().merge_service(ignoring(), docs()).fallback(page),
            200,
        ),
        (
            "said of one of two",
            {
                let other =
                    axum::Router::new().route("/other", axum::routing::get(async || "other"));
                new()
                    .merge_service(ignoring(), docs())
                    .merge_service(public("other"), other)
            },
            401,
        ),
    ] {
        let app = new().nest("/v1", router).authenticate(Callers);
        let answer = call(&app, Method::GET, "/v1/docs", "expired").await;
        assert_eq!(answer.status(), status, "{how}");
    }
}
