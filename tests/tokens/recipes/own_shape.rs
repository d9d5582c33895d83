use auth_core::{Bearer, Issuer};
use auth_tests::notes::Role;
use http::Request;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use super::{app, ask, with};
use crate::minted::{encoded, now};

const SECRET: &[u8] = b"forty-eight bytes or more that nobody else knows, at all";

fn signed(claims: &Value) -> String {
    let header = json!({ "alg": "HS384", "typ": "JWT" });
    let message = format!(
        "{}.{}",
        encoded(header.to_string()),
        encoded(claims.to_string())
    );
    let key = EncodingKey::from_secret(SECRET);
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS384);
    format!("{message}.{}", signature.expect("a signature"))
}

fn issuer() -> Issuer {
    Issuer::new("accounts")
        .hs384(SECRET)
        .allow_untyped()
        .allow_unaddressed()
        .subject_at(["user_id"])
        .roles::<Role>()
}

#[tokio::test]
async fn tokens_of_an_apps_own_shape() {
    let app = app(Bearer::jwt(issuer()).scheme("Token"));
    let claims = json!({ "user_id": "6fa1", "exp": now() + 600, "roles": ["writer"] });
    let good = |user: Value| with(&claims, &json!({ "user_id": user }));
    for (claims, status, who) in [
        (
            claims.clone(),
            200,
            "6fa1 Person writer=true delete=false  -",
        ),
        (
            good(json!(42)),
            200,
            "42 Person writer=true delete=false  -",
        ),
        // What is named must be right.
        (
            with(&claims, &json!({ "iss": "accounts" })),
            200,
            "6fa1 Person writer=true delete=false  -",
        ),
        (with(&claims, &json!({ "iss": "another" })), 401, ""),
        (with(&claims, &json!({ "aud": "anything" })), 401, ""),
        (with(&claims, &json!({ "exp": null })), 401, ""),
        (with(&claims, &json!({ "exp": now() - 60 })), 401, ""),
        (
            with(&claims, &json!({ "user_id": null, "sub": "6fa1" })),
            401,
            "",
        ),
        (good(json!("")), 401, ""),
        (good(json!(4.5)), 401, ""),
        (good(json!(-1)), 401, ""),
        // The next number reads the same.
        (good(json!(9_007_199_254_740_992_u64)), 401, ""),
        (good(json!(["6fa1"])), 401, ""),
    ] {
        let token = format!("Token {}", signed(&claims));
        let (answered, body) = ask(&app, "authorization", &token).await;
        assert_eq!(answered, status, "{claims}");
        if status == 200 {
            assert_eq!(body, who, "{claims}");
        }
    }
    let token = signed(&claims);
    let (status, _) = ask(&app, "authorization", &format!("Bearer {token}")).await;
    assert_eq!(status, 400, "another scheme");
    let request = Request::get("/described").body(axum::body::Body::empty());
    let answer = auth_tests::send(&app, request.expect("a request")).await;
    assert_eq!(answer.header("www-authenticate"), "Token");
}

#[test]
fn tokens_that_name_no_issuer_are_taken_where_there_is_one_alone() {
    let other = || Issuer::new("other").audience("notes").hs512([7; 64]);
    let refused = Bearer::try_jwt([issuer(), other()]).expect_err("whose is it?");
    assert!(
        refused.to_string().contains("allow_unaddressed"),
        "{refused}"
    );
    assert!(Bearer::try_jwt(other()).is_ok());
    let short = Bearer::try_jwt(Issuer::new("other").audience("notes").hs512([7; 63]));
    assert!(
        short
            .expect_err("too short")
            .to_string()
            .contains("63 bytes")
    );
}

fn signed_by_rs(claims: &Value) -> String {
    super::signed(
        &json!({ "alg": "RS256", "typ": "at+jwt", "kid": "key-1" }),
        claims,
    )
}

#[tokio::test]
async fn a_program_is_no_person_where_the_subject_stands_elsewhere() {
    let issuer = Issuer::new("https://id.example")
        .audience("notes")
        .jwks_json(super::key())
        .subject_at(["user_id"])
        .roles::<Role>();
    let app = app(Bearer::jwt(issuer));
    let claims = json!({
        "iss": "https://id.example", "aud": "notes", "exp": now() + 600, "user_id": 7, "sub": "u-1",
        "client_id": "web",
    });
    for (more, kind) in [
        (json!({}), "Person"),
        (
            json!({ "sub": "billing", "client_id": "billing" }),
            "Machine",
        ),
        (
            json!({ "sub": "billing@clients", "azp": "billing" }),
            "Machine",
        ),
        (
            json!({ "sub": "o-1", "oid": "o-1", "appid": "a" }),
            "Machine",
        ),
        (json!({ "client_id": "7", "user_id": "7" }), "Machine"),
        (json!({ "oid": "7", "user_id": "7" }), "Person"),
    ] {
        let token = format!("Bearer {}", signed_by_rs(&with(&claims, &more)));
        let (status, body) = ask(&app, "authorization", &token).await;
        assert_eq!(status, 200, "{more}");
        assert!(body.starts_with(&format!("7 {kind} ")), "{more}: {body}");
    }
}
