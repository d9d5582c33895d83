//! The recipes of `docs/providers.md`, over tokens as each provider writes them.

mod auth0;
mod cognito;
mod entra;
mod google;
mod keycloak;
mod okta;
mod own_shape;
mod zitadel;

use auth_core::{
    Authenticator, Bearer, Guarded, Issuer, PolicyRouter, Principal, requires,
    routing::{get, post},
};
use auth_tests::notes::{Permission, Role};
use http::Request;
use jsonwebtoken::crypto;
use serde_json::{Value, json};

use crate::{
    minted::encoded,
    pairs::{Pair, rsa},
};

#[requires(authenticated)]
async fn described(me: Principal) -> String {
    let scopes: Vec<_> = me.scopes().collect();
    format!(
        "{} {:?} writer={} delete={} {} {}",
        me.subject(),
        me.kind(),
        me.has_role(Role::Writer),
        me.has_permission(Permission::NoteDelete),
        scopes.join("+"),
        me.tenant().unwrap_or("-"),
    )
}

#[requires(not(role = "writer"))]
async fn no_writers() -> &'static str {
    "not a writer"
}

#[requires(authenticated, step_up(acr = "1"))]
async fn logged_in() -> &'static str {
    "logged in"
}

fn app(authenticator: impl Authenticator) -> Guarded {
    PolicyRouter::new()
        .route("/described", get(described))
        .route("/written", post(described))
        .route("/writers", get(crate::writers))
        .route("/no-writers", get(no_writers))
        .route("/logged-in", get(logged_in))
        .authenticate(authenticator)
}

/// The provider's key: RSA, published as Entra does, without `alg`.
fn key() -> String {
    let mut jwk = rsa().jwk(jsonwebtoken::Algorithm::RS256, "key-1");
    jwk.as_object_mut().expect("an object").remove("alg");
    json!({ "keys": [jwk] }).to_string()
}

fn signed(header: &Value, claims: &Value) -> String {
    signed_with(rsa(), jsonwebtoken::Algorithm::RS256, header, claims)
}

fn signed_with(
    pair: &Pair,
    algorithm: jsonwebtoken::Algorithm,
    header: &Value,
    claims: &Value,
) -> String {
    let message = format!(
        "{}.{}",
        encoded(header.to_string()),
        encoded(claims.to_string())
    );
    let signature = crypto::sign(message.as_bytes(), &pair.signing, algorithm);
    format!("{message}.{}", signature.expect("a signature"))
}

async fn ask(app: &Guarded, header: &str, token: &str) -> (u16, String) {
    ask_at(app, "/described", header, token).await
}

async fn ask_at(app: &Guarded, path: &str, header: &str, token: &str) -> (u16, String) {
    let request = Request::get(path).header(header, token);
    let request = request.body(axum::body::Body::empty()).expect("a request");
    let answer = auth_tests::send(app, request).await;
    (answer.status(), answer.body)
}

/// A recipe takes its provider's tokens, as whom it should, and refuses the changed ones.
async fn check(issuer: Issuer, header: Value, good: &[(Value, &str)], bad: &[Value]) {
    let app = app(Bearer::jwt(issuer.jwks_json(key())));
    for (claims, who) in good {
        let token = format!("Bearer {}", signed(&header, claims));
        let (status, body) = ask(&app, "authorization", &token).await;
        assert_eq!((status, body.as_str()), (200, *who), "{claims}");
    }
    for claims in bad {
        let token = format!("Bearer {}", signed(&header, claims));
        assert_eq!(ask(&app, "authorization", &token).await.0, 401, "{claims}");
    }
}

/// Claims with some replaced; null takes one out.
fn with(claims: &Value, changes: &Value) -> Value {
    let mut claims = claims.clone();
    for (name, value) in changes.as_object().expect("an object") {
        if value.is_null() {
            claims.as_object_mut().expect("an object").remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}
