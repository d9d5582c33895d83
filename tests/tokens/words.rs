//! What the log says of a token that isn't accepted: what came, what is wanted, and what to write where that is meant.

use auth_core::{Bearer, Guarded, Issuer, PolicyRouter, routing::get};
use auth_tests::{log::logged, notes::Role};

use crate::{
    SECRET,
    minted::{HEADER, members, now, object, signed, signed_by, with, without},
    present,
};

fn app() -> Guarded {
    let issuer = Issuer::new("https://id.example")
        .audience("notes")
        .hs256(SECRET)
        .require_claim("scope")
        .roles_at::<Role>(["realm_access", "roles"]);
    PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .authenticate(Bearer::jwt(issuer))
}

async fn why(app: &Guarded, token: &str) -> String {
    let token = format!("Bearer {token}");
    let events = logged(present(app, "/guarded", &token)).await;
    let mut whys = events.iter().filter_map(|(_, fields)| fields.get("why"));
    whys.next().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_refused_token_is_told_with_what_it_says_and_what_is_wanted() {
    let app = app();
    let good = object(&members());
    for (token, parts) in [
        (
            signed(HEADER, &with("iss", r#""https://id.example/""#)),
            &[
                "`https://id.example/`",
                "`https://id.example`",
                "slash",
                "`Issuer::new`",
            ][..],
        ),
        (
            signed(HEADER, &with("iss", r#""https://evil.example""#)),
            &["`https://evil.example`", "trusted is `https://id.example`"],
        ),
        (
            signed(HEADER, &with("aud", r#"["account", "shop"]"#)),
            &[
                "it is for `account`, `shop`",
                "we are `notes`",
                "`.audience(…)`",
            ],
        ),
        (
            signed(HEADER, &without("aud")),
            &["no audience", r#"[\"aud\"]"#, "`.audience_at([…])`"],
        ),
        (
            signed(r#"{"alg":"HS256","typ":"JWT"}"#, &good),
            &["`JWT`", "`at+jwt`", "`.allow_untyped()`"],
        ),
        (
            signed(r#"{"alg":"HS256"}"#, &good),
            &["no `typ`", "`.allow_untyped()`"],
        ),
        (
            signed(r#"{"alg":"HS256","typ":"dpop+jwt"}"#, &good),
            &["`dpop+jwt`", "`at+jwt`"],
        ),
        (
            signed(r#"{"alg":"none","typ":"at+jwt"}"#, &good),
            &["`none`", "never taken"],
        ),
        (
            signed(r#"{"alg":"HS384","typ":"at+jwt","kid":"old"}"#, &good),
            &["HS384", "`old`"],
        ),
        (
            signed(HEADER, &without("scope")),
            &["no `scope`", "`require_claim`"],
        ),
        (
            signed(HEADER, &with("exp", &(now() - 90).to_string())),
            &["expired 9", " s ago"],
        ),
        (
            signed(HEADER, &with("nbf", &(now() + 90).to_string())),
            &["begins in ", "by our clock", "10 s", "`.leeway(…)`"],
        ),
        (
            signed_by(b"another secret of another issuer", HEADER, &good),
            &["signature"],
        ),
    ] {
        let told = why(&app, &token).await;
        for part in parts {
            assert!(told.contains(part), "{part} is not in: {told}");
        }
        let secret = token.rsplit('.').next().expect("a signature");
        assert!(!told.contains(secret), "{told}");
    }
}

#[tokio::test]
async fn no_text_of_a_token_begins_a_line_of_the_log_or_fills_it() {
    let app = app();
    let long = "x".repeat(5_000);
    for issuer in ["\\n2026 INFO all is well", "\\u001b[2J", "\\u202e", &long] {
        let told = why(
            &app,
            &signed(HEADER, &with("iss", &format!("\"{issuer}\""))),
        )
        .await;
        assert!(told.len() < 300, "{told}");
        assert!(
            !told.chars().any(|c| c.is_control() || c == '\u{202e}'),
            "{told:?}"
        );
    }
}

#[tokio::test]
async fn a_token_without_the_claim_of_roles_is_told_once() {
    let app = app();
    let token = format!("Bearer {}", signed(HEADER, &object(&members())));
    let events = logged(async {
        for _ in 0..2 {
            present(&app, "/guarded", &token).await;
        }
    })
    .await;
    let told: Vec<_> = events
        .iter()
        .filter_map(|(_, fields)| Some((fields.get("place")?, fields.get("cure")?)))
        .collect();
    let [(place, cure)] = told[..] else {
        panic!("told otherwise than once: {events:?}");
    };
    assert_eq!(place, r#"["realm_access", "roles"]"#);
    assert!(cure.contains("`.roles_at::<Role>([…])`"), "{cure}");
}
