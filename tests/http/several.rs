//! Several ways of knowing who calls, in whatever order they are listed.

use auth_core::{
    Authenticator, Bearer, Challenge, Enrich, Enriched, Guarded, Identity, Outcome, PolicyRouter,
    Presented, Principal, Revocations, TokenVerifier, async_trait, public, requires,
    routing::{get, post},
};
use auth_tests::{Answer, Callers, send};
use axum::body::Body;
use http::{HeaderName, Request, header, request::Parts};

/// Tokens that are names.
struct Names;

#[async_trait]
impl TokenVerifier for Names {
    async fn verify(&self, token: &str) -> Outcome {
        match token {
            "unjudged" => Outcome::Unavailable("the directory is down".to_owned()),
            "bad" => Outcome::Refused("bad".to_owned()),
            name => Outcome::known(Identity::person("tokens", name)),
        }
    }
}

/// `Authorization: Badge bob`, beside the bearer's scheme in the same header.
struct Badges;

#[async_trait]
impl Authenticator for Badges {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        match badge(request) {
            Some(name) => Outcome::known(Identity::machine("badges", name)),
            None => Outcome::Nobody,
        }
    }

    fn presented(&self, request: &Parts) -> Presented {
        match badge(request) {
            Some(_) => Presented::Explicit,
            None => Presented::Nothing,
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Badge")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![header::AUTHORIZATION]
    }
}

fn badge(request: &Parts) -> Option<&str> {
    let mut values = request.headers.get_all(header::AUTHORIZATION).iter();
    values.find_map(|value| value.to_str().ok()?.strip_prefix("Badge "))
}

/// `Cookie: who=cara`, which a browser sends by itself.
struct Cookies;

#[async_trait]
impl Authenticator for Cookies {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        match cookie(request) {
            Some("unjudged") => Outcome::Unavailable("the store is down".to_owned()),
            Some(name) => Outcome::known(Identity::person("cookies", name)),
            None => Outcome::Nobody,
        }
    }

    fn presented(&self, request: &Parts) -> Presented {
        match cookie(request) {
            Some(_) => Presented::Ambient,
            None => Presented::Nothing,
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Cookie")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![]
    }
}

fn cookie(request: &Parts) -> Option<&str> {
    let value = request.headers.get(header::COOKIE)?;
    value.to_str().ok()?.strip_prefix("who=")
}

#[requires(authenticated)]
async fn whoami(me: Principal) -> String {
    format!("{} of {}", me.subject(), me.issuer())
}

#[public(because = "one logs in here", ignores_credentials)]
async fn login(me: Option<Principal>) -> String {
    me.map_or_else(|| "nobody".to_owned(), |me| me.subject().to_owned())
}

type Headers = &'static [(&'static str, &'static str)];

fn routes() -> PolicyRouter {
    PolicyRouter::new()
        .route("/whoami", get(whoami))
        .route("/login", post(login))
}

fn both_orders() -> [Guarded; 2] {
    [
        routes().authenticate((Bearer::new(Names), Badges, Cookies, Callers)),
        routes().authenticate((Callers, Cookies, Badges, Bearer::new(Names))),
    ]
}

async fn ask(app: &Guarded, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(app, request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn the_credential_that_is_there_says_who_calls_and_two_are_400() {
    let table: [(Headers, u16, &str); 13] = [
        (&[], 401, ""),
        (&[("authorization", "Bearer ann")], 200, "ann of tokens"),
        (&[("authorization", "Badge bob")], 200, "bob of badges"),
        (&[("cookie", "who=cara")], 200, "cara of cookies"),
        (&[("x-caller", "dan")], 200, "dan of tests"),
        // What the client put in on purpose counts, and what its browser sends isn't looked at.
        (
            &[("authorization", "Bearer ann"), ("cookie", "who=unjudged")],
            200,
            "ann of tokens",
        ),
        (
            &[("authorization", "Bearer bad"), ("cookie", "who=cara")],
            401,
            "",
        ),
        (
            &[("authorization", "Bearer ann"), ("x-caller", "dan")],
            400,
            "",
        ),
        (
            &[
                ("authorization", "Bearer ann"),
                ("authorization", "Badge bob"),
            ],
            400,
            "",
        ),
        (
            &[
                ("authorization", "Bearer ann"),
                ("authorization", "Bearer ann"),
            ],
            400,
            "",
        ),
        (
            &[("authorization", "Basic YTpi"), ("cookie", "who=cara")],
            400,
            "",
        ),
        (&[("authorization", "Bearer unjudged")], 503, ""),
        (&[("cookie", "who=unjudged")], 503, ""),
    ];
    for app in both_orders() {
        for (headers, status, body) in &table {
            let answer = ask(&app, "GET", "/whoami", headers).await;
            assert_eq!(answer.status(), *status, "{headers:?}");
            if *status == 200 {
                assert_eq!(answer.body, *body, "{headers:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_store_that_fails_makes_nobody_where_credentials_are_ignored() {
    for app in both_orders() {
        for headers in [
            [("authorization", "Bearer unjudged")],
            [("authorization", "Bearer bad")],
            [("cookie", "who=unjudged")],
        ] {
            let answer = ask(&app, "POST", "/login", &headers).await;
            assert_eq!((answer.status(), answer.body.as_str()), (200, "nobody"));
        }
        let both = [("authorization", "Bearer ann"), ("x-caller", "dan")];
        assert_eq!(ask(&app, "POST", "/login", &both).await.status(), 400);
    }
}

/// Adds nothing, and stands around another authenticator.
struct Nothing;

#[async_trait]
impl Enrich for Nothing {
    async fn enrich(&self, identity: Identity) -> Outcome {
        Outcome::known(identity)
    }
}

#[tokio::test]
async fn what_stands_around_an_authenticator_takes_no_other_ones_credential() {
    let enriched = Enriched::new(Bearer::new(Names), Nothing);
    let revocable = Bearer::new(Names).revocable(Revocations::in_memory());
    for app in [
        routes().authenticate((enriched, Badges)),
        routes().authenticate((revocable, Badges)),
    ] {
        for (header, body) in [
            ("Badge bob", "bob of badges"),
            ("Bearer ann", "ann of tokens"),
        ] {
            let answer = ask(&app, "GET", "/whoami", &[("authorization", header)]).await;
            assert_eq!((answer.status(), answer.body.as_str()), (200, body));
        }
    }
}

#[tokio::test]
async fn each_has_its_challenge_and_an_answer_varies_with_all() {
    let [app, other] = both_orders();
    for (app, challenges, vary) in [
        (
            app,
            ["Bearer", "Badge", "Cookie", r#"Caller realm="notes""#],
            ["authorization", "x-caller"],
        ),
        (
            other,
            [r#"Caller realm="notes""#, "Cookie", "Badge", "Bearer"],
            ["x-caller", "authorization"],
        ),
    ] {
        let answer = ask(&app, "GET", "/whoami", &[]).await;
        let all = |name: &str| {
            let values = answer.head.headers.get_all(name).iter();
            values
                .map(|value| value.to_str().expect("ASCII").to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(all("www-authenticate"), challenges);
        assert_eq!(all("vary"), vary);
    }
}

#[tokio::test]
async fn a_token_may_stand_alone_in_a_header_of_the_apps_choice() {
    let assertion = HeaderName::from_static("x-assertion");
    let app = routes().authenticate(Bearer::new(Names).in_header(assertion));
    for (headers, status) in [
        (&[("x-assertion", "ann")][..], 200),
        (&[("x-assertion", "Bearer ann")], 400),
        (&[("x-assertion", "")], 400),
        (&[("x-assertion", "ann"), ("x-assertion", "ann")], 400),
        // No credential is taken there, so it is none.
        (&[("authorization", "Bearer ann")], 401),
    ] {
        let answer = ask(&app, "GET", "/whoami", headers).await;
        assert_eq!(answer.status(), status, "{headers:?}");
        assert_eq!(answer.header("vary"), "x-assertion");
    }
}
