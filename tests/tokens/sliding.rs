//! An opaque token whose end its issuer moves on while it is used: a revocation of it is forgotten at the first end.

use std::time::Duration;

use auth_core::{
    Authenticator, Bearer, Issuer, PolicyRouter, Principal, Revocation, Revocations,
    authentication::token::Introspection,
    requires,
    routing::{get, post},
};
use auth_tests::send;
use axum::{Router, body::Body, extract::State, http::StatusCode};
use http::Request;
use serde_json::json;
use tokio::net::TcpListener;

use crate::minted::now;

#[requires(authenticated)]
async fn log_out(me: Principal, revocations: State<Revocations>) -> StatusCode {
    let this = Revocation::of_credential(&me).expect("it has an id");
    match revocations.revoke(this).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// It ends a little while after it was last asked about; here it is just over, within the leeway.
async fn introspect() -> String {
    json!({
        "active": true, "iss": "https://id.example", "aud": "notes", "sub": "ann", "jti": "one",
        "client_id": "web", "token_type": "Bearer", "exp": now() - 57, "iat": now() - 600,
    })
    .to_string()
}

#[tokio::test]
async fn a_revoked_token_stays_revoked_though_its_end_moves_on() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let endpoint = Router::new().route("/introspect", axum::routing::post(introspect));
    tokio::spawn(async move { axum::serve(listener, endpoint).await });
    let issuer = Issuer::new("https://id.example")
        .audience("notes")
        .leeway(Duration::from_mins(1));
    let url = format!("http://{address}/introspect");
    let revocations = Revocations::in_memory();
    let bearer = Bearer::opaque(issuer, Introspection::at(url)).revocable(revocations.clone());
    let app = PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .route("/logout", post(log_out))
        .with_state(revocations.clone())
        .authenticate(bearer);
    let status = async |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", "Bearer opaque");
        send(&app, request.body(Body::empty()).expect("a request"))
            .await
            .status()
    };
    assert_eq!(status("GET", "/guarded").await, 200);
    assert_eq!(status("POST", "/logout").await, 204);
    assert_eq!(status("GET", "/guarded").await, 401, "revoked");
    tokio::time::sleep(Duration::from_millis(4_500)).await;
    // Somebody else logs out, which tidies.
    let other = Revocation::session("https://id.example", "another");
    revocations.revoke(other).await.expect("memory");
    assert_eq!(status("GET", "/guarded").await, 401, "still revoked");
}
