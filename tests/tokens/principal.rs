//! What a handler learns of who calls, and what it never sees: the token.

use std::time::Duration;

use auth_core::{
    Bearer, CredentialKind, Identity, Outcome, PolicyRouter, Principal, TokenVerifier, async_trait,
    requires, routing::get,
};
use auth_tests::notes::{Permission, Role};
use http::HeaderMap;

use crate::{
    issuer,
    minted::{HEADER, members, object, signed, with},
    present,
};

#[requires(authenticated)]
async fn described(me: Principal, headers: HeaderMap) -> String {
    let scopes: Vec<_> = me.scopes().collect();
    let token = headers.contains_key("authorization");
    format!("{:?} {:?} token: {token}", me.kind(), scopes)
}

#[requires(role = "writer", permission = "note:delete")]
async fn writes_and_deletes() -> &'static str {
    "both"
}

#[requires(authenticated)]
async fn acted(me: Principal) -> String {
    let kind = me.credential_kind().map_or("-", CredentialKind::as_str);
    let through = me.actor().map(|actor| {
        let (issuer, subject) = (actor.issuer(), actor.subject());
        format!(" through {issuer} {subject}")
    });
    format!("{} by {kind}{}", me.subject(), through.unwrap_or_default())
}

#[requires(when = |me: &Principal| me.actor().is_none())]
async fn in_person() -> &'static str {
    "in person"
}

fn app() -> auth_core::Guarded {
    PolicyRouter::new()
        .route("/acted", get(acted))
        .route("/in-person", get(in_person))
        .route("/described", get(described))
        .route("/both", get(writes_and_deletes))
        .authenticate(Bearer::jwt(issuer().leeway(Duration::from_mins(1))))
}

async fn answer(path: &str, header: &str, claims: &str) -> auth_tests::Answer {
    present(&app(), path, &format!("Bearer {}", signed(header, claims))).await
}

#[tokio::test]
async fn the_token_is_gone_before_any_handler() {
    let answer = answer("/described", HEADER, &object(&members())).await;
    assert!(answer.body.ends_with("token: false"), "{}", answer.body);
    assert_eq!(answer.header("vary"), "authorization");
}

#[tokio::test]
async fn a_client_that_acts_for_itself_is_a_machine() {
    for (client, kind) in [(r#""ann""#, "Machine"), (r#""a-client""#, "Person")] {
        let answer = answer("/described", HEADER, &with("client_id", client)).await;
        assert!(answer.body.starts_with(kind), "{client}: {}", answer.body);
    }
}

#[tokio::test]
async fn who_acts_for_somebody_is_told_apart_from_them() {
    let own = answer("/acted", HEADER, &object(&members())).await;
    assert_eq!(own.body, "ann by access_token");
    for (act, acted) in [
        (r#"{"sub":"agent"}"#, "https://id.example agent"),
        (r#"{"client_id":"agent"}"#, "https://id.example agent"),
        (
            r#"{"sub":"agent","iss":"https://agents.example"}"#,
            "https://agents.example agent",
        ),
        // Who acted before doesn't matter (RFC 8693 §4.1).
        (
            r#"{"sub":"agent","act":{"sub":"gateway"}}"#,
            "https://id.example agent",
        ),
    ] {
        let answer = answer("/acted", HEADER, &with("act", act)).await;
        assert_eq!(
            answer.body,
            format!("ann by access_token through {acted}"),
            "{act}"
        );
        let alone = self::answer("/in-person", HEADER, &with("act", act)).await;
        assert_eq!(alone.status(), 403, "{act}");
    }
    let alone = answer("/in-person", HEADER, &object(&members())).await;
    assert_eq!(alone.status(), 200);
}

#[tokio::test]
async fn scopes_are_words_and_no_blanks() {
    let claims = with("scope", r#"" notes:read  notes:write ""#);
    let answer = answer("/described", HEADER, &claims).await;
    let words = r#"["notes:read", "notes:write"]"#;
    assert!(answer.body.contains(words), "{}", answer.body);
}

#[tokio::test]
async fn roles_and_permissions_are_held_side_by_side() {
    for (claims, status) in [
        (object(&members()), 200),
        (with("roles", r#"["reader"]"#), 403),
        (with("permissions", "[]"), 403),
    ] {
        assert_eq!(answer("/both", HEADER, &claims).await.status(), status);
    }
}

#[tokio::test]
async fn a_token_of_8_kib_and_a_key_name_of_256_bytes_are_the_longest() {
    let padded = |bytes: usize| signed(HEADER, &with("x", &format!("\"{}\"", "x".repeat(bytes))));
    let longest = (5500..6144).rfind(|bytes| padded(*bytes).len() <= 8192);
    let longest = longest.expect("some fit");
    assert!(padded(longest).len() > 8190, "as long as a letter allows");
    let named = |bytes: usize| {
        let header = format!(
            r#"{{"alg":"HS256","typ":"at+jwt","kid":"{}"}}"#,
            "k".repeat(bytes)
        );
        signed(&header, &object(&members()))
    };
    for (token, status) in [
        (padded(longest), 200),
        (padded(longest + 1), 401),
        (named(256), 200),
        (named(257), 401),
    ] {
        let length = token.len();
        let answer = present(&app(), "/described", &format!("Bearer {token}")).await;
        assert_eq!(answer.status(), status, "{length} bytes");
    }
}

/// Tokens that only the app understands.
#[derive(Debug)]
struct Tickets;

#[async_trait]
impl TokenVerifier for Tickets {
    async fn verify(&self, token: &str) -> Outcome {
        match token {
            "ann-s" => Outcome::known(
                Identity::person("tickets", "ann")
                    .role(Role::Writer)
                    .permission(Permission::NoteDelete),
            ),
            _ => Outcome::Refused("no ticket of ours".to_owned()),
        }
    }
}

#[tokio::test]
async fn a_verifier_of_the_apps_own_fills_what_it_likes() {
    let app = PolicyRouter::new()
        .route("/both", get(writes_and_deletes))
        .authenticate(Bearer::new(Tickets));
    assert_eq!(present(&app, "/both", "Bearer ann-s").await.status(), 200);
    assert_eq!(present(&app, "/both", "Bearer bob-s").await.status(), 401);
}
