//! What a browser sends by itself, whoever wrote the authenticator: it counts where no other site's page had it sent.

use auth_core::{
    Authenticator, Challenge, Enrich, Enriched, Guarded, Identity, Outcome, PolicyRouter,
    Principal, async_trait,
    authentication::SameSite,
    public, requires,
    routing::{any, post},
};
use auth_tests::send;
use axum::body::Body;
use http::{
    HeaderName, HeaderValue, Method, Request,
    header::{AUTHORIZATION, COOKIE},
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

/// What an app's own authenticator may be like that says less than it takes.
struct By {
    header: HeaderName,
    value: &'static str,
    named: Vec<HeaderName>,
}

#[async_trait]
impl Authenticator for By {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        match request.headers.get(&self.header) {
            Some(value) if value == self.value => Outcome::known(Identity::person("tests", "ann")),
            _ => Outcome::Nobody,
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Some")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        self.named.clone()
    }
}

#[tokio::test]
async fn what_a_browser_may_have_sent_by_itself_is_ambient_whatever_an_authenticator_says_of_it() {
    let unnamed_cookie = || By {
        header: COOKIE,
        value: "user=ann",
        named: Vec::new(),
    };
    let named_as_a_header = || By {
        named: vec![COOKIE],
        ..unnamed_cookie()
    };
    let by_scheme = |value| By {
        header: AUTHORIZATION,
        value,
        named: vec![AUTHORIZATION],
    };
    let basic = || by_scheme("Basic YW5uOng=");
    let certificate = By {
        header: HeaderName::from_static("x-certificate"),
        value: "ann",
        named: Vec::new(),
    };
    for (what, app, header, forged) in [
        (
            "an unnamed cookie",
            routes().authenticate(unnamed_cookie()),
            ANN,
            403,
        ),
        (
            "the header of cookies",
            routes().authenticate(named_as_a_header()),
            ANN,
            403,
        ),
        (
            "the header of cookies, beside another",
            routes().authenticate((named_as_a_header(), basic())),
            ANN,
            403,
        ),
        (
            "what nobody put in",
            routes().authenticate(certificate),
            ("x-certificate", "ann"),
            403,
        ),
        (
            "a password",
            routes().authenticate(basic()),
            ("authorization", "Basic YW5uOng="),
            403,
        ),
        (
            "a password, beside cookies",
            routes().authenticate((Cookie, basic())),
            ("authorization", "Basic YW5uOng="),
            403,
        ),
        (
            "a ticket",
            routes().authenticate(by_scheme("negotiate YII=")),
            ("authorization", "negotiate YII="),
            403,
        ),
        (
            "a token",
            routes().authenticate(by_scheme("Token ann")),
            ("authorization", "Token ann"),
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
async fn of_what_comes_along_by_itself_a_header_is_preferred_to_a_cookie() {
    let basic = By {
        header: AUTHORIZATION,
        value: "Basic YW5uOng=",
        named: vec![AUTHORIZATION],
    };
    let app = routes().authenticate((Cookie, basic));
    let right = ("authorization", "Basic YW5uOng=");
    for (headers, expected) in [
        (&[right, ("cookie", "user=bob")][..], 200),
        (&[("authorization", "Basic Ym9iOng="), ANN], 401),
        // A scheme that nobody here takes.
        (
            &[("authorization", "Negotiate YII="), ("x-user", "ann")],
            200,
        ),
    ] {
        let answered = status(&app, Method::GET, headers, "/write").await;
        assert_eq!(answered, expected, "{headers:?}");
    }
}
