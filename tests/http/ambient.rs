//! What a browser sends by itself, whoever wrote the authenticator: it counts where no other site's page had it sent.

use auth_core::{
    Authenticator, Challenge, Enrich, Enriched, Guarded, Identity, Outcome, PolicyRouter,
    Presented, Principal, async_trait,
    authentication::SameSite,
    public, requires,
    routing::{any, post},
};
use auth_tests::send;
use axum::body::Body;
use http::{
    HeaderName, HeaderValue, Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, SEC_WEBSOCKET_PROTOCOL, USER_AGENT},
    request::Parts,
};

/// A cookie of the app's own, or a header that scripts put in on purpose.
struct Cookie;

const HEADER: HeaderName = HeaderName::from_static("x-user");

#[async_trait]
impl Authenticator for Cookie {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        let named = |name: HeaderName| request.headers.get(name).map(HeaderValue::as_bytes);
        match (named(HEADER), named(COOKIE)) {
            (Some(b"ann"), _) | (_, Some(b"user=ann")) => {
                Outcome::known(Identity::person("tests", "ann"))
            }
            _ => Outcome::Nobody,
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Cookie")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![HEADER]
    }

    fn credential_cookies(&self) -> Vec<String> {
        vec!["user".to_owned()]
    }

    fn deliberate_headers(&self) -> Vec<HeaderName> {
        vec![HEADER]
    }
}

struct AsTheyAre;

#[async_trait]
impl Enrich for AsTheyAre {
    async fn enrich(&self, identity: Identity) -> Outcome {
        Outcome::known(identity)
    }
}

#[requires(authenticated)]
async fn write(me: Principal) -> String {
    me.subject().to_owned()
}

#[public(because = "one logs in here", ignores_credentials)]
async fn log_in(_: SameSite) -> &'static str {
    "in"
}

fn routes() -> PolicyRouter {
    PolicyRouter::new()
        .route("/write", any(write))
        .route("/login", post(log_in))
}

async fn status(app: &Guarded, method: Method, headers: &[(&str, &str)], path: &str) -> u16 {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(app, request.body(Body::empty()).expect("a request"))
        .await
        .status()
}

const CROSS: (&str, &str) = ("sec-fetch-site", "cross-site");
const ANN: (&str, &str) = ("cookie", "user=ann");

#[tokio::test]
async fn a_cookie_of_the_apps_own_counts_in_requests_of_its_own_pages() {
    for app in [
        routes().authenticate(Cookie),
        routes().authenticate(Enriched::new(Cookie, AsTheyAre)),
    ] {
        for (method, headers, expected) in [
            (Method::GET, &[ANN, CROSS][..], 200),
            (Method::POST, &[ANN], 200),
            (Method::POST, &[ANN, ("sec-fetch-site", "same-origin")], 200),
            (Method::POST, &[ANN, CROSS], 403),
            (Method::PUT, &[ANN, ("sec-fetch-site", "same-site")], 403),
            // A WebSocket's handshake, over HTTP/1.1 and over HTTP/2.
            (Method::GET, &[ANN, CROSS, ("upgrade", "websocket")], 403),
            (Method::CONNECT, &[ANN, CROSS], 403),
            // What a script puts in on purpose no other site can make a browser send.
            (Method::POST, &[("x-user", "ann"), CROSS], 200),
            (Method::POST, &[CROSS], 401),
        ] {
            let answered = status(&app, method.clone(), headers, "/write").await;
            assert_eq!(answered, expected, "{method} {headers:?}");
        }
    }
}

#[tokio::test]
async fn a_trusted_origins_pages_are_the_apps_own() {
    let app = routes()
        .trusted_origin("https://app.example")
        .authenticate(Cookie);
    let from = |origin: &'static str| [ANN, CROSS, ("origin", origin)];
    let trusted = status(&app, Method::POST, &from("https://app.example"), "/write").await;
    assert_eq!(trusted, 200);
    let other = status(&app, Method::POST, &from("https://evil.example"), "/write").await;
    assert_eq!(other, 403);
    let refused = routes()
        .trusted_origin("app.example/path")
        .try_authenticate(Cookie);
    let words = refused.expect_err("no origin").to_string();
    assert!(words.contains("`app.example/path`"), "{words}");
}

#[tokio::test]
async fn what_no_credential_stands_for_asks_for_its_own_pages_by_itself() {
    let app = routes().authenticate(Cookie);
    assert_eq!(status(&app, Method::POST, &[CROSS], "/login").await, 403);
    assert_eq!(status(&app, Method::POST, &[], "/login").await, 200);
}

/// What an app's own authenticator may be like: it takes what one header says, and names other ones perhaps.
struct By {
    header: HeaderName,
    value: &'static str,
    named: Vec<HeaderName>,
    deliberate: Vec<HeaderName>,
}

impl By {
    fn header(header: HeaderName, value: &'static str) -> Self {
        Self {
            named: vec![header.clone()],
            deliberate: vec![AUTHORIZATION],
            header,
            value,
        }
    }

    fn unnamed(self) -> Self {
        let named = Vec::new();
        Self { named, ..self }
    }

    fn beside(mut self, header: HeaderName) -> Self {
        self.named.push(header);
        self
    }

    /// It says that clients put all of it in on purpose.
    fn deliberate(self) -> Self {
        let deliberate = self.named.clone();
        Self { deliberate, ..self }
    }
}

#[async_trait]
impl Authenticator for By {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        match request.headers.get(&self.header) {
            Some(value) if value == self.value => Outcome::known(Identity::person("tests", "ann")),
            _ => Outcome::Nobody,
        }
    }

    fn presented(&self, request: &Parts) -> Presented {
        let mut headers = self.named.iter();
        if headers.any(|name| request.headers.contains_key(name)) {
            Presented::Explicit
        } else {
            Presented::Nothing
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Some")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        self.named.clone()
    }

    fn deliberate_headers(&self) -> Vec<HeaderName> {
        self.deliberate.clone()
    }
}

const PROXYS: HeaderName = HeaderName::from_static("x-forwarded-user");
const KEY: HeaderName = HeaderName::from_static("x-key");

#[tokio::test]
async fn what_another_sites_page_may_have_had_sent_counts_nothing_whatever_an_authenticator_says() {
    let cookie = || By::header(COOKIE, "user=ann");
    let basic = || By::header(AUTHORIZATION, "Basic YW5uOng=");
    let password = ("authorization", "Basic YW5uOng=");
    for (what, app, header, forged) in [
        (
            "an unnamed cookie",
            routes().authenticate(cookie().unnamed()),
            ANN,
            403,
        ),
        ("a cookie", routes().authenticate(cookie()), ANN, 403),
        (
            "a cookie on purpose",
            routes().authenticate(cookie().deliberate()),
            ANN,
            403,
        ),
        (
            "a cookie beside another",
            routes().authenticate((cookie(), basic())),
            ANN,
            403,
        ),
        (
            "what a proxy makes of a cookie",
            routes().authenticate(By::header(PROXYS, "ann")),
            ("x-forwarded-user", "ann"),
            403,
        ),
        ("a password", routes().authenticate(basic()), password, 403),
        (
            "a password on purpose",
            routes().authenticate(basic().deliberate()),
            password,
            403,
        ),
        (
            "a password beside cookies",
            routes().authenticate((Cookie, basic())),
            password,
            403,
        ),
        (
            "a ticket",
            routes().authenticate(By::header(AUTHORIZATION, "negotiate YII=")),
            ("authorization", "negotiate YII="),
            403,
        ),
        (
            "a token",
            routes().authenticate(By::header(AUTHORIZATION, "Token ann")),
            ("authorization", "Token ann"),
            200,
        ),
        (
            "a key that scripts put in",
            routes().authenticate(By::header(KEY, "ann").deliberate()),
            ("x-key", "ann"),
            200,
        ),
    ] {
        let answered = status(&app, Method::POST, &[header, CROSS], "/write").await;
        assert_eq!(answered, forged, "{what}");
        let answered = status(&app, Method::POST, &[header], "/write").await;
        assert_eq!(answered, 200, "{what}, as a program sends it");
    }
}

#[tokio::test]
async fn a_header_that_every_page_may_set_makes_no_cookie_deliberate() {
    for (name, header) in [
        (SEC_WEBSOCKET_PROTOCOL, ("sec-websocket-protocol", "chat")),
        (ACCEPT, ("accept", "text/html")),
        (CONTENT_TYPE, ("content-type", "text/plain")),
        (USER_AGENT, ("user-agent", "a browser")),
    ] {
        let one = By::header(COOKIE, "user=ann").beside(name).deliberate();
        let app = routes().authenticate(one);
        let handshake = ("upgrade", "websocket");
        let answered = status(
            &app,
            Method::GET,
            &[ANN, CROSS, handshake, header],
            "/write",
        )
        .await;
        assert_eq!(answered, 403, "{header:?}");
        let answered = status(&app, Method::GET, &[ANN, header], "/write").await;
        assert_eq!(answered, 200, "{header:?}");
    }
}
