//! An app's own way of knowing who calls, and values of its own on who that is.

use auth_core::{
    Authenticator, Challenge, Enrich, Enriched, Granted, Identity, Outcome, PolicyRouter,
    Principal, async_trait, condition, public, requires, routing::get,
};
use auth_tests::{
    log::logged,
    notes::{self, Note, Role},
    send,
};
use axum::body::Body;
use axum_extra::extract::cookie::CookieJar;
use http::{HeaderName, HeaderValue, Request, request::Parts};

/// A gateway in front of the app has checked the client's certificate, and says whose it is; only
/// it can reach the app, and it proves so with a word that both know.
struct Gateway {
    word: &'static str,
}

const NAME: HeaderName = HeaderName::from_static("x-client-name");
const WORD: HeaderName = HeaderName::from_static("x-gateway-word");

#[async_trait]
impl Authenticator for Gateway {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        let (name, word) = (request.headers.get(NAME), request.headers.get(WORD));
        match (name.map(HeaderValue::to_str), word) {
            (None, None) => Outcome::Nobody,
            (Some(Ok(name)), Some(word)) if word == self.word => {
                Outcome::known(Identity::machine("gateway", name))
            }
            (Some(Err(_)), _) => Outcome::Malformed("a name that is not ASCII"),
            (None, Some(_)) => Outcome::Lapsed(HeaderValue::from_static("name=; Max-Age=0")),
            _ => Outcome::Refused("not the gateway".to_owned()),
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Certificate")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![NAME, WORD]
    }
}

/// What the app's database knows of a client.
#[derive(Clone, Debug, PartialEq)]
struct Client {
    plan: &'static str,
}

struct Database;

#[async_trait]
impl Enrich for Database {
    async fn enrich(&self, identity: Identity) -> Outcome {
        Outcome::known(match identity.subject() {
            "billing" => identity.role(Role::Writer).attach(Client { plan: "paid" }),
            "trial" => identity.attach(Client { plan: "free" }),
            "unlucky" => return Outcome::Unavailable("the database is down".to_owned()),
            "disabled" => return Outcome::Refused("the account is disabled".to_owned()),
            _ => identity,
        })
    }
}

/// the client pays
#[condition]
fn pays(client: &Principal) -> bool {
    client.get::<Client>() == Some(&Client { plan: "paid" })
}

#[requires(when = pays)]
async fn export(client: Principal) -> String {
    format!("exported for {}", client.subject())
}

#[requires(role = "writer")]
async fn write(headers: http::HeaderMap) -> String {
    assert!(
        !headers.contains_key(NAME) && !headers.contains_key(WORD),
        "no credential in a handler"
    );
    "written".to_owned()
}

#[requires(owns = "note")]
async fn owned(note: Granted<Note>) -> String {
    note.into_inner().author.0
}

#[tokio::test]
async fn a_machine_owns_nothing_of_the_person_of_its_name() {
    let app = PolicyRouter::new()
        .route("/notes/{note_id}", get(owned))
        .with_state(notes::state())
        .authenticate(Gateway { word: "friend" });
    let request = Request::get("/notes/1")
        .header(NAME, "ann")
        .header(WORD, "friend");
    let answer = send(&app, request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status(), 403);
}

#[tokio::test]
async fn a_caller_without_a_name_is_refused() {
    let app = PolicyRouter::new()
        .route("/write", get(write))
        .authenticate(Gateway { word: "friend" });
    let request = Request::get("/write")
        .header(NAME, "")
        .header(WORD, "friend");
    let answer = send(&app, request.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (answer.status(), answer.code().as_str()),
        (401, "invalid_token")
    );
}

#[tokio::test]
async fn a_credential_that_has_lapsed_is_cleared_and_nobodys() {
    let app = PolicyRouter::new()
        .route("/write", get(write))
        .authenticate(Gateway { word: "friend" });
    let request = Request::get("/write").header(WORD, "friend");
    let answer = send(&app, request.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (answer.status(), answer.code().as_str()),
        (401, "unauthenticated")
    );
    assert_eq!(answer.header("set-cookie"), "name=; Max-Age=0");
}

#[tokio::test]
async fn the_apps_own_authenticator_and_enrichment_decide_who_calls() {
    let app = PolicyRouter::new()
        .route("/export", get(export))
        .route("/write", get(write))
        .authenticate(Enriched::new(Gateway { word: "friend" }, Database));
    for (path, name, word, status) in [
        ("/export", "", "", 401),
        ("/export", "billing", "friend", 200),
        ("/export", "trial", "friend", 403),
        ("/export", "stranger", "friend", 403),
        ("/export", "unlucky", "friend", 503),
        ("/export", "disabled", "friend", 401),
        ("/export", "billing", "foe", 401),
        ("/export", "billing", "", 401),
        ("/export", "", "friend", 401),
        ("/write", "billing", "friend", 200),
        ("/write", "trial", "friend", 403),
    ] {
        let mut request = Request::get(path);
        for (header, value) in [(NAME, name), (WORD, word)] {
            if !value.is_empty() {
                request = request.header(header, value);
            }
        }
        let answer = send(&app, request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), status, "{path} as {name:?} with {word:?}");
        if status == 401 {
            assert!(answer.header("www-authenticate").starts_with("Certificate"));
        }
        let vary: Vec<_> = answer.head.headers.get_all("vary").iter().collect();
        assert_eq!(vary, ["x-client-name", "x-gateway-word"]);
    }
}

/// An app's own session, in a cookie.
struct OwnSession;

#[async_trait]
impl Authenticator for OwnSession {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        match request.headers.get("cookie").map(HeaderValue::as_bytes) {
            Some(b"sid=ann") => Outcome::known(Identity::person("own", "ann").session("1")),
            _ => Outcome::Nobody,
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Cookie")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        Vec::new()
    }

    fn credential_cookies(&self) -> Vec<String> {
        vec!["sid".to_owned()]
    }
}

#[requires(authenticated)]
async fn reads_jar(jar: CookieJar) -> String {
    jar.get("sid")
        .map_or("none", |cookie| cookie.value())
        .to_owned()
}

#[public(because = "one logs in here", ignores_credentials)]
async fn logs_in(_: CookieJar) {}

#[tokio::test]
async fn a_handler_that_takes_a_jar_without_the_credentials_cookie_is_told_of() {
    let app = logged(async {
        let routes = PolicyRouter::new()
            .route("/jar", get(reads_jar))
            .route("/login", get(logs_in));
        let app = routes.authenticate(OwnSession);
        let request = Request::get("/jar")
            .header("cookie", "sid=ann")
            .body(Body::empty());
        let answer = send(&app, request.expect("a request")).await;
        assert_eq!(answer.body, "none");
    });
    let events = app.await;
    let told: Vec<_> = events
        .iter()
        .filter_map(|(_, fields)| fields.get("handlers"))
        .collect();
    assert_eq!(told, [r#"["http::own_authenticator::reads_jar"]"#]);
}
