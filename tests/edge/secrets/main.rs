//! What a log shows of a value is no secret: no password, key or token, and no id that opens a session.

mod public_types;

use std::{
    fmt::{Debug, Write},
    sync::{Arc, Mutex},
};

use auth_accounts::{Account, AccountStore, Accounts, MemoryAccounts};
use auth_core::{
    Authenticator, Bearer, Context, Enrich, Enriched, Identity, Issuer, Outcome, PolicyRouter,
    Revocations, StoredIdentity, SubjectKind, async_trait,
    authentication::{
        api_key::{ApiKeyStore, ApiKeys, MemoryApiKeys},
        token::{Introspection, Issuers, LogoutTokens, PublishedKeys},
    },
    public,
    routing::{get, post},
};
use auth_edge_tests::logins::Browser;
use auth_sessions::{
    Login, LoginAttempt, MemoryDirectory, Older, SessionCookie, Sessions, SessionsUnavailable,
};
use auth_sqlite::SqliteApiKeys;
use axum::extract::{FromRef, State};
use http::Request;
use tower_sessions::MemoryStore;

const SECRET: &str = "a-secret-that-nobody-else-may-know-7f3a";

fn hides(value: impl Debug, secrets: &[&str]) {
    for shown in [format!("{value:?}"), format!("{value:#?}")] {
        for secret in secrets {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

fn issuer() -> Issuer {
    Issuer::new("https://id.example")
        .audience("notes")
        .hs256(SECRET)
}

struct Nothing;

#[async_trait]
impl Enrich for Nothing {
    async fn enrich(&self, identity: Identity) -> Outcome {
        Outcome::known(identity)
    }
}

impl Debug for Nothing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Nothing")
    }
}

#[public(because = "anyone may look")]
async fn look() {}

#[tokio::test]
async fn what_verifies_tokens_hides_its_keys() {
    // As text, and as bytes are written.
    let bytes = format!("{:?}", SECRET.as_bytes());
    let secrets = [SECRET, bytes.trim_matches(['[', ']'])];
    hides(issuer(), &secrets);
    hides(Issuers::from(issuer()), &secrets);
    hides(Bearer::jwt(issuer()), &secrets);
    hides(LogoutTokens::of(issuer()), &secrets);
    let client = || Introspection::at("https://id.example/introspect").client("notes", SECRET);
    hides(client(), &secrets);
    let asked = || Issuer::new("https://id.example").audience("notes");
    hides(Bearer::opaque(asked(), client()), &secrets);
    let revocable = Bearer::jwt(issuer()).revocable(Revocations::in_memory());
    hides(Enriched::new(revocable, Nothing), &secrets);
    hides(PublishedKeys::new(SECRET), &secrets);
    let query = format!("https://id.example/introspect?api_key={SECRET}");
    hides(Introspection::at(&query), &secrets);
    hides(Bearer::opaque(asked(), Introspection::at(query)), &secrets);
    let in_the_address = format!("https://notes:{SECRET}@id.example/introspect");
    hides(Introspection::at(&in_the_address), &secrets);
    let refused = Bearer::try_opaque(asked(), Introspection::at(in_the_address));
    hides(refused.expect_err("a password in an address"), &secrets);
    for unusable in [
        format!("http://id.example/introspect?api_key={SECRET}"),
        format!("https://notes:{SECRET}@id.example:99999/introspect"),
        format!("https://notes:{SECRET}@id example/introspect"),
    ] {
        let refused = Bearer::try_opaque(asked(), Introspection::at(&unusable));
        let refused = refused.expect_err("it can't be called");
        assert!(!refused.to_string().contains(SECRET), "{refused}");
        hides(refused, &secrets);
        let refused = Bearer::try_jwt(asked().jwks(unusable));
        let refused = refused.expect_err("it can't be called");
        assert!(!refused.to_string().contains(SECRET), "{refused}");
    }
    let router = PolicyRouter::new().route("/", get(look));
    hides(&router, &secrets);
    hides(router.authenticate(Bearer::jwt(issuer())), &secrets);
}

#[tokio::test]
async fn what_keeps_api_keys_hides_them() {
    let store = MemoryApiKeys::default();
    let keys = ApiKeys::new("notes", MemoryApiKeys::default());
    let issued = keys.issue(StoredIdentity::machine("billing")).await;
    let issued = issued.expect("memory");
    let secrets = [issued.reveal()];
    hides(&issued, &secrets);
    hides(&keys, &secrets);
    let record = keys
        .of_subject("api-keys", SubjectKind::Machine, "billing")
        .await;
    let record = record.expect("memory").remove(0);
    let hash = format!("{:?}", record.secret_hash);
    store.put(record.clone()).await.expect("memory");
    let hashes = [hash.trim_matches(['[', ']']), "secret_hash"];
    hides(record, &hashes);
    hides(store, &hashes);
    let folder = tempfile::tempdir().expect("a folder");
    let file = SqliteApiKeys::open(folder.path().join("keys.db")).await;
    hides(file.expect("a file"), &[issued.reveal()]);
}

#[tokio::test]
async fn what_keeps_accounts_hides_their_passwords() {
    let hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA";
    let account = Account {
        name: "ann".to_owned(),
        password_hash: hash.to_owned(),
        stands_for: StoredIdentity::person("ann"),
    };
    hides(&account, &[hash]);
    let store = MemoryAccounts::default();
    assert_eq!(store.add(account).await, Ok(true));
    hides(&store, &[hash]);
    hides(Accounts::new(store), &[hash]);
}

/// What a handler's values were shown as.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<String>>);

#[derive(Clone, FromRef)]
struct App {
    sessions: Sessions,
    shown: Shown,
}

#[public(because = "one logs in here", ignores_credentials)]
async fn log_in(
    State(sessions): State<Sessions>,
    State(shown): State<Shown>,
    context: Context,
    attempt: LoginAttempt,
) -> Result<SessionCookie, SessionsUnavailable> {
    let mut text = format!("{context:?} {attempt:?}");
    let ann = Login::new("accounts", StoredIdentity::person("ann"));
    let cookie = sessions.log_in(ann, attempt).await?;
    write!(text, "{cookie:?} {cookie:#?}").expect("a string takes it");
    shown
        .0
        .lock()
        .expect("nobody panics with it")
        .push_str(&text);
    Ok(cookie)
}

#[tokio::test]
async fn what_keeps_sessions_hides_what_opens_them() {
    let store = MemoryStore::default();
    let app = App {
        sessions: Sessions::new(store.clone(), MemoryDirectory::default()),
        shown: Shown::default(),
    };
    let served = PolicyRouter::new()
        .route("/login", post(log_in))
        .with_state(app.clone())
        .authenticate(app.sessions.clone());
    let mut browser = Browser::default();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let answer = browser.post(&served, "/login?code=a-code-that-opens").await;
        assert_eq!(answer.status(), 204);
        let cookie = browser.cookie.clone().expect("logged in");
        ids.push(cookie.split_once('=').expect("a pair").1.to_owned());
    }
    let mut ids: Vec<_> = ids.iter().map(String::as_str).collect();
    let cookie = format!("__Host-session={}", ids[1]);
    let request = Request::get("/").header("cookie", cookie).body(());
    let (parts, ()) = request.expect("a request").into_parts();
    let caller = app.sessions.authenticate(&parts).await;
    assert!(matches!(caller, Outcome::Known(_)));
    hides(caller, &ids);
    hides(&app.sessions, &ids);
    hides(served, &ids);
    ids.push("a-code-that-opens");
    let shown = app.shown.0.lock().expect("nobody panics with it").clone();
    assert!(shown.contains("LoginAttempt") && shown.contains("SessionCookie"));
    hides(shown, &ids);
    let kept = format!("{store:?}");
    assert!(
        kept.contains("Record"),
        "the store shows what it keeps: {kept}"
    );
    hides(Older(store), &["Record"]);
}
