//! Tokens made for the tests, right in all but what a test makes wrong.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};

use crate::SECRET;

pub(crate) const HEADER: &str = r#"{"alg":"HS256","typ":"at+jwt"}"#;

pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs()
}

/// The members of a good token, as JSON text.
pub(crate) fn members() -> Vec<(&'static str, String)> {
    vec![
        ("iss", r#""https://id.example""#.to_owned()),
        ("aud", r#""notes""#.to_owned()),
        ("sub", r#""ann""#.to_owned()),
        ("exp", (now() + 600).to_string()),
        ("nbf", (now() - 5).to_string()),
        ("iat", (now() - 5).to_string()),
        ("auth_time", (now() - 60).to_string()),
        ("jti", r#""a-token""#.to_owned()),
        ("acr", r#""mfa""#.to_owned()),
        ("client_id", r#""a-client""#.to_owned()),
        ("scope", r#""notes:read notes:write""#.to_owned()),
        ("roles", r#"["writer"]"#.to_owned()),
        ("permissions", r#"["note:delete"]"#.to_owned()),
        ("org", r#"{"id":"acme"}"#.to_owned()),
    ]
}

pub(crate) fn object(members: &[(impl AsRef<str>, String)]) -> String {
    let members = members
        .iter()
        .map(|(key, value)| format!("\"{}\":{value}", key.as_ref()));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// Good claims with one replaced.
pub(crate) fn with(claim: &str, value: &str) -> String {
    with_all(&[(claim, value)])
}

/// Good claims with some replaced.
pub(crate) fn with_all(changed: &[(&str, &str)]) -> String {
    let mut members = members();
    for (claim, value) in changed {
        members.retain(|(name, _)| name != claim);
        members.push((claim, (*value).to_owned()));
    }
    object(&members)
}

/// Good claims with one left out.
pub(crate) fn without(claim: &str) -> String {
    let mut members = members();
    members.retain(|(name, _)| *name != claim);
    object(&members)
}

pub(crate) fn encoded(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// Signed by the issuer, whatever it says.
pub(crate) fn signed(header: &str, claims: &str) -> String {
    signed_by(SECRET, header, claims)
}

pub(crate) fn signed_by(secret: &[u8], header: &str, claims: &str) -> String {
    let message = format!("{}.{}", encoded(header), encoded(claims));
    let key = EncodingKey::from_secret(secret);
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256).expect("a signature");
    format!("{message}.{signature}")
}

pub(crate) fn good() -> String {
    signed(HEADER, &object(&members()))
}
