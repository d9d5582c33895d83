#![allow(dead_code, reason = "each test needs its own part")]

use std::time::{SystemTime, UNIX_EPOCH};

use auth_core::{Bearer, Issuer, PolicyRouter, requires, routing::get};
use axum::{body::Body, extract::Request};
use serde_json::{Value, json};
use tower::ServiceExt;

pub const SECRET: &[u8] = b"a secret of the tests, thirty-two bytes or more";

#[requires(authenticated)]
async fn known() -> &'static str {
    "known"
}

/// What is answered to a token.
pub async fn status(authorization: &str) -> u16 {
    let issuer = Issuer::new("https://id.example")
        .audience("app")
        .hs256(SECRET);
    let app = PolicyRouter::new()
        .route("/", get(known))
        .authenticate(Bearer::jwt(issuer));
    let request = Request::get("/").header("authorization", authorization);
    let request = request.body(Body::empty()).expect("a request");
    let Ok(answer) = app.oneshot(request).await;
    answer.status().as_u16()
}

pub fn claims() -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("after 1970").as_secs();
    json!({
        "iss": "https://id.example", "aud": "app", "sub": "ann", "client_id": "web", "jti": "one",
        "iat": now, "exp": now + 600,
    })
}

/// Base64 as tokens have it (RFC 7515 §2).
pub fn encoded(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut bits = [0; 3];
        bits[..chunk.len()].copy_from_slice(chunk);
        let all = u32::from_be_bytes([0, bits[0], bits[1], bits[2]]);
        for place in 0..=chunk.len() {
            let at = (all >> (18 - 6 * place)) & 63;
            text.push(char::from(LETTERS[at as usize]));
        }
    }
    text
}
