//! A real OpenID provider in front of the framework: discovery, rotation, introspection, revocation.

use auth_core::{
    Bearer, Guarded, Issuer, PolicyRouter, Principal, authentication::token::Introspection,
    requires, routing::get,
};
use auth_edge_tests::Provider;
use auth_tests::send;
use axum::body::Body;
use http::Request;
use reqwest::Client;
use serde_json::Value;

#[requires(scope = "notes:read")]
async fn read(me: Principal) -> String {
    format!("{} {:?}", me.subject(), me.kind())
}

#[requires(scope = "notes:write")]
async fn write() -> &'static str {
    "written"
}

fn app(bearer: impl auth_core::Authenticators) -> Guarded {
    PolicyRouter::new()
        .route("/read", get(read))
        .route("/write", get(write))
        .authenticate(bearer)
}

async fn ask(app: &Guarded, path: &str, token: &str) -> auth_tests::Answer {
    let request = Request::get(path).header("authorization", format!("Bearer {token}"));
    send(app, request.body(Body::empty()).expect("a request")).await
}

async fn status(app: &Guarded, token: &str) -> u16 {
    ask(app, "/read", token).await.status()
}

const RESOURCE: &str = "https://notes.example";
const OPAQUE: &str = "https://notes.example/opaque";

/// A token of the client that acts for itself.
async fn token(provider: &Provider, resource: &str) -> String {
    let answer = Client::new()
        .post(provider.at("/token"))
        .basic_auth("batch", Some("the+secret+of+the+batch"))
        .form(&[
            ("grant_type", "client_credentials"),
            ("scope", "notes:read"),
            ("resource", resource),
        ]);
    let answer = answer.send().await.expect("it is up");
    let answer: Value = answer.json().await.expect("JSON");
    let token = answer["access_token"].as_str();
    token
        .unwrap_or_else(|| panic!("no token: {answer}"))
        .to_owned()
}

async fn rotate(provider: &Provider, how: &str) {
    let path = provider.at(&format!("/test/rotate{how}"));
    Client::new().post(path).send().await.expect("it is up");
}

fn discovering(provider: &Provider) -> Bearer {
    Bearer::jwt(Issuer::new(provider.issuer()).audience(RESOURCE).discover())
}

#[tokio::test]
async fn tokens_of_a_discovered_provider_count_through_a_rotation() {
    let Some(provider) = Provider::start() else {
        return;
    };
    let bearer = discovering(&provider);
    bearer.warm_up().await.expect("it is up");
    let app_before = app(bearer);
    let first = token(&provider, RESOURCE).await;
    let answer = ask(&app_before, "/read", &first).await;
    assert_eq!(
        (answer.status(), answer.body.as_str()),
        (200, "batch Machine")
    );
    let lacking = ask(&app_before, "/write", &first).await;
    assert_eq!(
        (lacking.status(), lacking.code().as_str()),
        (403, "insufficient_scope")
    );
    // Another resource's token is another audience's.
    let other = token(&provider, "https://others.example").await;
    assert_eq!(status(&app_before, &other).await, 401);

    rotate(&provider, "").await;
    let second = token(&provider, RESOURCE).await;
    for token in [&first, &second] {
        assert_eq!(status(&app_before, token).await, 200, "the overlap");
    }
    rotate(&provider, "?drop").await;
    let third = token(&provider, RESOURCE).await;
    let app_after = app(discovering(&provider));
    assert_eq!(status(&app_after, &third).await, 200);
    for token in [&first, &second] {
        assert_eq!(status(&app_after, token).await, 401, "its key is withdrawn");
    }
    drop(provider);
    assert_eq!(status(&app_after, &third).await, 200, "known keys live on");
}

#[tokio::test]
async fn opaque_tokens_are_asked_about_and_cease_when_they_are_revoked() {
    let Some(provider) = Provider::start() else {
        return;
    };
    let introspecting = || {
        let issuer = Issuer::new(provider.issuer()).audience(OPAQUE);
        let endpoint = Introspection::at(provider.at("/token/introspection"));
        app(Bearer::opaque(
            issuer,
            endpoint.client("notes-api", "the secret of the api"),
        ))
    };
    let app_before = introspecting();
    let token = token(&provider, OPAQUE).await;
    assert!(!token.contains('.'), "it means nothing by itself");
    let answer = ask(&app_before, "/read", &token).await;
    assert_eq!(
        (answer.status(), answer.body.as_str()),
        (200, "batch Machine")
    );
    assert_eq!(status(&app_before, "invented").await, 401);
    let revoked = Client::new()
        .post(provider.at("/token/revocation"))
        .basic_auth("batch", Some("the+secret+of+the+batch"))
        .form(&[("token", &token)]);
    assert!(
        revoked
            .send()
            .await
            .expect("it is up")
            .status()
            .is_success()
    );
    // What was asked before is used for a minute; whoever asks now is told.
    assert_eq!(status(&introspecting(), &token).await, 401);
    drop(provider);
    assert_eq!(status(&app_before, "another").await, 503);
}
