//! Logout tokens: what ends a login, and all that must not.

use auth_core::{
    Bearer, Issuer, async_trait,
    authentication::token::{KeySource, LoggedOut, LogoutTokens, PublishedKeys},
};
use axum::response::IntoResponse;
use http::StatusCode;

use crate::{SECRET, app, issuer, minted, present};

const HEADER: &str = r#"{"alg":"HS256","typ":"logout+jwt"}"#;
const EVENTS: &str = r#"{"http://schemas.openid.net/event/backchannel-logout":{}}"#;

fn client() -> Issuer {
    Issuer::new("https://id.example")
        .audience("notes-web")
        .hs256(SECRET)
}

/// The members of a good logout token, some replaced; an empty value takes one out.
fn claims(changed: &[(&str, &str)]) -> String {
    let now = minted::now();
    let mut members = vec![
        ("iss", r#""https://id.example""#.to_owned()),
        ("aud", r#""notes-web""#.to_owned()),
        ("iat", now.to_string()),
        ("exp", (now + 120).to_string()),
        ("jti", r#""a-logout""#.to_owned()),
        ("events", EVENTS.to_owned()),
        ("sub", r#""ann""#.to_owned()),
        ("sid", r#""s-1""#.to_owned()),
    ];
    for (claim, value) in changed {
        members.retain(|(name, _)| name != claim);
        if !value.is_empty() {
            members.push((claim, (*value).to_owned()));
        }
    }
    minted::object(&members)
}

async fn judged(issuer: Issuer, header: &str, claims: &str) -> Result<LoggedOut, StatusCode> {
    let token = minted::signed(header, claims);
    let logout = LogoutTokens::of(issuer).judge(&token).await;
    match logout {
        Ok(logout) => {
            assert_eq!(logout.issuer, "https://id.example");
            Ok(logout.ended)
        }
        Err(refused) => {
            let answer = refused.into_response();
            assert_eq!(answer.headers()["cache-control"], "no-store");
            Err(answer.status())
        }
    }
}

#[tokio::test]
async fn a_logout_token_says_which_logins_have_ended() {
    let session = || Ok(LoggedOut::Session("s-1".to_owned()));
    for (changed, ended) in [
        (&[][..], session()),
        (&[("sub", "")], session()),
        (&[("sid", "")], Ok(LoggedOut::Subject("ann".to_owned()))),
        (&[("aud", r#"["others","notes-web"]"#)], session()),
    ] {
        assert_eq!(judged(client(), HEADER, &claims(changed)).await, ended);
    }
    let spelled = r#"{"alg":"HS256","typ":"application/logout+JWT"}"#;
    assert_eq!(judged(client(), spelled, &claims(&[])).await, session());
}

#[tokio::test]
async fn a_logout_token_says_whose_logins_they_are_beside_a_session_too() {
    for (changed, subject) in [(&[][..], Some("ann")), (&[("sub", "")], None)] {
        let token = minted::signed(HEADER, &claims(changed));
        let logout = LogoutTokens::of(client()).judge(&token).await;
        let logout = logout.expect("it counts");
        assert_eq!(logout.ended, LoggedOut::Session("s-1".to_owned()));
        assert_eq!(logout.subject.as_deref(), subject);
    }
}

#[tokio::test]
async fn a_logout_token_names_whom_access_tokens_name() {
    let issuer = || client().subject_at(["user_id"]);
    let ended = async |changed: &[(&str, &str)]| judged(issuer(), HEADER, &claims(changed)).await;
    let seven = Ok(LoggedOut::Subject("7".to_owned()));
    assert_eq!(ended(&[("sid", ""), ("user_id", "7")]).await, seven);
    // `sub` is none that an access token was known by: nothing would end.
    assert_eq!(ended(&[("sid", "")]).await, Err(StatusCode::BAD_REQUEST));
}

#[tokio::test]
async fn what_is_no_logout_token_for_us_ends_nothing() {
    let (early, late) = (
        (minted::now() - 60).to_string(),
        (minted::now() + 60).to_string(),
    );
    for changed in [
        ("iss", ""),
        ("iss", r#""https://evil.example""#),
        ("aud", ""),
        ("aud", r#""notes""#),
        ("aud", "7"),
        ("iat", ""),
        ("iat", r#""now""#),
        ("iat", &late),
        ("exp", ""),
        ("exp", &early),
        ("exp", "null"),
        ("nbf", &late),
        ("jti", ""),
        ("jti", r#""""#),
        ("jti", "7"),
        ("events", ""),
        ("events", "null"),
        ("events", "{}"),
        (
            "events",
            r#"["http://schemas.openid.net/event/backchannel-logout"]"#,
        ),
        (
            "events",
            r#"{"http://schemas.openid.net/event/backchannel-logout":true}"#,
        ),
        (
            "events",
            r#"{"http://schemas.openid.net/event/frontchannel-logout":{}}"#,
        ),
        ("nonce", r#""n""#),
        ("nonce", "null"),
        ("sid", "7"),
        ("sid", r#""""#),
        ("sub", "null"),
        ("sub", r#""""#),
    ] {
        let answer = judged(client(), HEADER, &claims(&[changed])).await;
        assert_eq!(answer, Err(StatusCode::BAD_REQUEST), "{changed:?}");
    }
    let nobody = claims(&[("sub", ""), ("sid", "")]);
    let answer = judged(client(), HEADER, &nobody).await;
    assert_eq!(answer, Err(StatusCode::BAD_REQUEST), "neither sub nor sid");
}

#[tokio::test]
async fn a_token_of_another_type_ends_nothing_and_a_logout_token_logs_nobody_in() {
    for (header, untyped, typed) in [
        (minted::HEADER, 400, 400),
        (r#"{"alg":"HS256","typ":"JWT"}"#, 200, 400),
        (r#"{"alg":"HS256"}"#, 200, 400),
        (r#"{"alg":"HS256","typ":"id+jwt"}"#, 400, 400),
        (r#"{"alg":"HS256","typ":7}"#, 400, 400),
        (r#"{"alg":"none","typ":"logout+jwt"}"#, 400, 400),
        (HEADER, 200, 200),
    ] {
        for (issuer, status) in [(client().allow_untyped(), untyped), (client(), typed)] {
            let answer = judged(issuer, header, &claims(&[])).await;
            let answer = answer.map_or_else(|status| status.as_u16(), |_| 200);
            assert_eq!(answer, status, "{header}");
        }
    }
    // It fits an access token in all but its type and its event.
    let both = claims(&[("aud", r#"["notes","notes-web"]"#)]);
    assert!(judged(client(), HEADER, &both).await.is_ok());
    let untyped = r#"{"alg":"HS256","typ":"JWT"}"#;
    for (issuer, header) in [
        (issuer(), HEADER),
        (issuer().allow_untyped(), HEADER),
        (issuer().allow_untyped(), untyped),
    ] {
        let token = format!("Bearer {}", minted::signed(header, &both));
        for path in ["/guarded", "/open"] {
            let answer = present(&app(issuer.clone()), path, &token).await;
            assert_eq!(answer.status(), 401, "{path} {header}");
        }
    }
}

#[tokio::test]
async fn another_ones_signature_ends_nothing() {
    let token = minted::signed_by(&[7; 32], HEADER, &claims(&[]));
    let logouts = LogoutTokens::of(client());
    assert!(logouts.judge(&token).await.is_err());
    for token in ["", "a.b", "a.b.c", &"a".repeat(9_000)] {
        assert!(logouts.judge(token).await.is_err(), "{token:.9}");
    }
}

/// Keys that can't be had.
struct Down;

#[async_trait]
impl KeySource for Down {
    async fn fetch(&self) -> Result<PublishedKeys, String> {
        Err("it is down".to_owned())
    }
}

#[tokio::test]
async fn while_keys_cant_be_had_a_logout_is_to_be_tried_again() {
    let issuer = Issuer::new("https://id.example")
        .audience("notes-web")
        .keys_from(Down);
    let header = r#"{"alg":"RS256","typ":"logout+jwt"}"#;
    let answer = judged(issuer, header, &claims(&[])).await;
    assert_eq!(answer, Err(StatusCode::SERVICE_UNAVAILABLE));
}

#[test]
fn an_issuer_that_cant_work_is_refused_as_for_access_tokens() {
    let unable = || Issuer::new("https://id.example");
    let faults = LogoutTokens::try_of(unable()).expect_err("no audience and no key");
    let same = Bearer::try_jwt(unable()).expect_err("no audience and no key");
    assert_eq!(faults.to_string(), same.to_string());
}
