//! A login without a name: whoever ends theirs ends everybody's.

use auth_core::{
    Authenticator, Bearer, Identity, PolicyRouter, Principal, Revocation, Revocations, requires,
    routing::{get, post},
};
use auth_tests::send;
use axum::{body::Body, extract::State, http::StatusCode};
use http::Request;

use crate::{
    issuer,
    minted::{HEADER, signed, with_all},
};

#[requires(authenticated)]
async fn log_out(me: Principal, revocations: State<Revocations>) -> StatusCode {
    let all = Revocation::of_session(&me).unwrap_or_else(|| Revocation::of_subject(&me));
    match revocations.revoke(all).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[tokio::test]
async fn a_logout_of_a_login_without_a_name_ends_nobody_elses() {
    let revocations = Revocations::in_memory();
    let app = PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .route("/logout", post(log_out))
        .with_state(revocations.clone())
        .authenticate(Bearer::jwt(issuer()).revocable(revocations.clone()));
    let status = async |method: &str, path: &str, subject: &str| {
        let claims = with_all(&[("sub", subject), ("sid", r#""""#), ("jti", subject)]);
        let request = Request::builder().method(method).uri(path);
        let token = format!("Bearer {}", signed(HEADER, &claims));
        let request = request.header("authorization", token);
        send(&app, request.body(Body::empty()).expect("a request"))
            .await
            .status()
    };
    assert_eq!(status("GET", "/guarded", r#""bob""#).await, 200);
    assert_eq!(status("POST", "/logout", r#""bob""#).await, 204);
    assert_eq!(
        status("GET", "/guarded", r#""ann""#).await,
        200,
        "she is another"
    );
}

#[test]
fn a_tenant_without_a_name_is_none() {
    let nobody = Principal::for_test(Identity::person("i", "ann").tenant(""));
    assert_eq!(nobody.tenant(), None);
    let somebody = Principal::for_test(Identity::person("i", "ann").tenant("acme"));
    assert_eq!(somebody.tenant(), Some("acme"));
}
