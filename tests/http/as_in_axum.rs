//! What axum's routers have, with policies: layers on a method, method routers as fallbacks, foreign routers under one
//! policy, authenticators out of the state.

use auth_core::{
    Authenticator, Challenge, Identity, Outcome, PolicyRouter, Principal, async_trait, policy,
    public, requires,
    routing::{get, put},
};
use auth_tests::{Callers, call, notes::Role, send};
use axum::{
    body::Body,
    extract::{Path, Request},
    middleware::{Next, from_fn},
};
use http::{HeaderName, HeaderValue, Method, StatusCode, request::Parts};

#[requires(role = "reader")]
async fn reads() -> &'static str {
    "read"
}

#[requires(role = "writer")]
async fn writes() -> &'static str {
    "written"
}

#[public(because = "what is unknown is unknown to all")]
async fn page() -> &'static str {
    "page"
}

#[tokio::test]
async fn a_layer_may_stand_around_one_method_alone() {
    let full = from_fn(async |_: Request, _: Next| StatusCode::TOO_MANY_REQUESTS);
    let app = PolicyRouter::new()
        .route("/note", put(writes).layer(full).get(reads))
        .authenticate(Callers);
    for (method, caller, status) in [
        (Method::GET, "ann; reader", 200),
        (Method::GET, "ann", 403),
        (Method::PUT, "ann; writer", 429),
        // It is around what answers other methods, too, as axum has it.
        (Method::POST, "ann; writer", 429),
    ] {
        let answer = call(&app, method.clone(), "/note", caller).await;
        assert_eq!(answer.status(), status, "{method} as {caller}");
    }
    let limited = put(writes).layer(from_fn(async |request: Request, next: Next| {
        next.run(request).await
    }));
    let app = PolicyRouter::new()
        .route("/note", limited)
        .authenticate(Callers);
    for (caller, status) in [("ann", 403), ("", 401), ("ann; writer", 200)] {
        let answer = call(&app, Method::PUT, "/note", caller).await;
        assert_eq!(answer.status(), status, "as {caller:?}");
    }
}

#[tokio::test]
async fn a_fallback_may_have_a_handler_a_method() {
    let app = PolicyRouter::new()
        .route("/note", get(reads))
        .fallback_methods(get(page).put(writes))
        .authenticate(Callers);
    for (method, caller, status) in [
        (Method::GET, "", 200),
        (Method::HEAD, "", 200),
        (Method::PUT, "", 401),
        (Method::PUT, "ann; writer", 200),
        (Method::DELETE, "ann; admin", 405),
    ] {
        let answer = call(&app, method.clone(), "/nowhere", caller).await;
        assert_eq!(answer.status(), status, "{method} as {caller:?}");
    }
    let table = app.policies().to_string();
    assert!(
        table.contains("PUT / (unknown path)\trole = \"writer\"\t"),
        "{table}"
    );
    let twice = PolicyRouter::new()
        .fallback_methods(get(page))
        .fallback(page);
    assert!(
        twice.try_authenticate(Callers).is_err(),
        "which of the two answers?"
    );
}

/// Who may read the documentation.
#[derive(Debug)]
#[policy(role = "reader")]
struct ReadDocs;

#[tokio::test]
async fn a_foreign_routers_routes_stand_under_one_policy() {
    let docs = axum::Router::new()
        .route("/docs", axum::routing::get(async || "docs"))
        .route(
            "/docs/{page}",
            axum::routing::get(async |Path(page): Path<String>| page),
        );
    let app = PolicyRouter::new()
        .merge_service(ReadDocs, docs.clone())
        .route("/note", get(reads))
        .fallback(page)
        .with_state(7)
        .authenticate(Callers);
    for (method, path, caller, status, body) in [
        (Method::GET, "/docs", "", 401, None),
        (Method::GET, "/docs", "ann", 403, None),
        (Method::GET, "/docs", "ann; reader", 200, Some("docs")),
        (Method::GET, "/docs/api", "ann", 403, None),
        (Method::GET, "/docs/api", "ann; reader", 200, Some("api")),
        (Method::POST, "/docs/api", "ann", 403, None),
        (Method::POST, "/docs/api", "ann; reader", 405, None),
        (Method::GET, "/elsewhere", "", 200, Some("page")),
    ] {
        let answer = call(&app, method.clone(), path, caller).await;
        assert_eq!(answer.status(), status, "{method} {path} as {caller:?}");
        if let Some(body) = body {
            assert_eq!(answer.body, body, "{path}");
        }
    }
    let table = app.policies().to_string();
    assert!(
        table.contains("ANY / (what a router answers that lists none)\trole = \"reader\"\t"),
        "{table}"
    );
    let open = PolicyRouter::new().merge_service(public("anyone may read them"), docs);
    let open = open.authenticate(Callers);
    assert_eq!(call(&open, Method::GET, "/docs/api", "").await.body, "api");
}

/// It takes `x-key`, with the secret that the state holds.
struct Keys(&'static str, &'static str);

#[async_trait]
impl Authenticator for Keys {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        match request.headers.get(self.0).map(HeaderValue::as_bytes) {
            Some(key) if key == self.1.as_bytes() => {
                Outcome::known(Identity::machine("keys", self.0))
            }
            Some(_) => Outcome::Refused("another key".to_owned()),
            None => Outcome::Nobody,
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Key")
    }

    fn challenges(&self) -> Vec<Challenge> {
        vec![
            self.challenge(),
            Challenge::new("Token").with("realm", "keys"),
        ]
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![HeaderName::from_static(self.0)]
    }
}

#[requires(authenticated)]
async fn who(me: Principal) -> String {
    me.subject().to_owned()
}

async fn ask(app: &auth_core::Guarded, header: &str) -> auth_tests::Answer {
    let request = Request::get("/who")
        .header(header, "secret")
        .body(Body::empty());
    send(app, request.expect("a request")).await
}

#[tokio::test]
async fn an_authenticator_may_be_made_of_the_routers_state_and_have_several_challenges() {
    #[derive(Clone)]
    struct App {
        secret: &'static str,
    }
    let app = PolicyRouter::new()
        .route("/who", get(who))
        .authenticate_with(App { secret: "secret" }, |app| Keys("x-1", app.secret));
    assert_eq!(ask(&app, "x-1").await.body, "x-1");
    let answer = ask(&app, "x-2").await;
    let challenges: Vec<_> = answer
        .head
        .headers
        .get_all("www-authenticate")
        .iter()
        .collect();
    assert_eq!(challenges, ["Key", r#"Token realm="keys""#]);
}

#[tokio::test]
async fn there_may_be_as_many_authenticators_as_an_app_has() {
    let key = |name| Keys(name, "secret");
    let routes = || PolicyRouter::new().route("/who", get(who));
    let eight = routes().authenticate((
        key("x-1"),
        key("x-2"),
        key("x-3"),
        key("x-4"),
        key("x-5"),
        key("x-6"),
        key("x-7"),
        key("x-8"),
    ));
    let listed: Vec<Box<dyn Authenticator>> = vec![Box::new(key("x-1")), Box::new(key("x-8"))];
    let listed = routes().authenticate(listed);
    for (app, header) in [
        (&eight, "x-1"),
        (&eight, "x-8"),
        (&listed, "x-1"),
        (&listed, "x-8"),
    ] {
        assert_eq!(ask(app, header).await.body, header);
    }
    assert_eq!(ask(&listed, "x-2").await.status(), 401);
}
