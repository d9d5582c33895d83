//! An `Enrich` that makes another identity of the caller: where a revocation stands, it isn't found.

use auth_core::{
    Authenticator, Bearer, Enrich, Enriched, Guarded, Identity, Outcome, PolicyRouter, Principal,
    Revocation, Revocations, async_trait, requires,
    routing::{get, post},
};
use auth_tests::send;
use axum::{body::Body, extract::State, http::StatusCode};
use http::Request;

use crate::{
    issuer,
    minted::{HEADER, signed, with_all},
};

/// The app's own accounts: whoever the issuer names is another subject here.
struct Accounts;

#[async_trait]
impl Enrich for Accounts {
    async fn enrich(&self, _: Identity) -> Outcome {
        Outcome::known(Identity::person("app", "account-1"))
    }
}

#[requires(authenticated)]
async fn log_out(me: Principal, revocations: State<Revocations>) -> StatusCode {
    let all = Revocation::of_session(&me).expect("it has one");
    match revocations.revoke(all).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn routes(revocations: &Revocations) -> PolicyRouter {
    PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .route("/logout", post(log_out))
        .with_state(revocations.clone())
}

fn token() -> String {
    let claims = with_all(&[("sid", r#""a-login""#)]);
    format!("Bearer {}", signed(HEADER, &claims))
}

async fn status(app: &Guarded, method: &str, path: &str) -> u16 {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", token());
    send(app, request.body(Body::empty()).expect("a request"))
        .await
        .status()
}

/// Revocations inside: a logout by `Revocation::of_session(&me)` is answered 204, and ends nothing.
#[tokio::test]
async fn a_logout_ends_the_login_whoever_the_app_says_the_caller_is() {
    let revocations = Revocations::in_memory();
    let revocable = Bearer::jwt(issuer()).revocable(revocations.clone());
    let app = routes(&revocations).authenticate(Enriched::new(revocable, Accounts));
    assert_eq!(status(&app, "GET", "/guarded").await, 200);
    assert_eq!(status(&app, "POST", "/logout").await, 204, "it says so");
    assert_eq!(status(&app, "GET", "/guarded").await, 401, "logged out");
}

/// Revocations outside: what the issuer is told of (its back channel, a break-in) is found by nobody.
#[tokio::test]
async fn what_is_revoked_of_the_credentials_issuer_is_refused() {
    const ISSUER: &str = "https://id.example";
    let mut survived = Vec::new();
    for revocation in [
        Revocation::credential(ISSUER, "a-token"),
        Revocation::session(ISSUER, "a-login"),
        Revocation::subject(ISSUER, "ann"),
        Revocation::issuer(ISSUER),
    ] {
        let revocations = Revocations::in_memory();
        let enriched = Enriched::new(Bearer::jwt(issuer()), Accounts);
        let app = routes(&revocations).authenticate(enriched.revocable(revocations.clone()));
        let revoked = revocations.revoke(revocation.clone()).await;
        revoked.expect("memory");
        if status(&app, "GET", "/guarded").await != 401 {
            survived.push(revocation);
        }
    }
    assert!(survived.is_empty(), "{survived:#?}");
}

#[tokio::test]
async fn what_a_credential_names_stays_behind_two_enrichments() {
    const ISSUER: &str = "https://id.example";
    let revocations = Revocations::in_memory();
    let revocable = Bearer::jwt(issuer()).revocable(revocations.clone());
    let twice = Enriched::new(Enriched::new(revocable, Accounts), Accounts);
    let app = routes(&revocations).authenticate(twice);
    assert_eq!(status(&app, "POST", "/logout").await, 204, "it says so");
    assert_eq!(status(&app, "GET", "/guarded").await, 401, "logged out");
    for revocation in [
        Revocation::credential(ISSUER, "a-token"),
        Revocation::session(ISSUER, "a-login"),
        Revocation::subject(ISSUER, "ann"),
        Revocation::issuer(ISSUER),
    ] {
        let revocations = Revocations::in_memory();
        let twice = Enriched::new(Enriched::new(Bearer::jwt(issuer()), Accounts), Accounts);
        let app = routes(&revocations).authenticate(twice.revocable(revocations.clone()));
        let words = format!("{revocation:?}");
        revocations.revoke(revocation).await.expect("memory");
        assert_eq!(status(&app, "GET", "/guarded").await, 401, "{words}");
    }
}

/// Whom the credential names is nobody any more.
struct Gone;

#[async_trait]
impl Enrich for Gone {
    async fn enrich(&self, _: Identity) -> Outcome {
        Outcome::Nobody
    }
}

#[tokio::test]
async fn a_token_of_whom_the_app_says_that_they_are_nobody_is_refused() {
    let app = PolicyRouter::new()
        .route("/open", get(crate::open))
        .authenticate(Enriched::new(Bearer::jwt(issuer()), Gone));
    let ask = async |request: http::request::Builder| {
        let request = request.body(Body::empty()).expect("a request");
        send(&app, request).await.status()
    };
    assert_eq!(ask(Request::get("/open")).await, 200);
    let request = Request::get("/open").header("authorization", token());
    assert_eq!(ask(request).await, 401);
}
