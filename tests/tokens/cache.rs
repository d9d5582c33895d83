//! A token that verified isn't verified again, and ceases to count no later for it.

use std::{sync::Arc, time::Duration};

use auth_core::{Authenticator, Bearer, Outcome, TokenVerifier};
use http::Request;

use crate::{
    app, issuer,
    minted::{HEADER, good, now, signed, with},
    present,
};

#[tokio::test]
async fn a_remembered_token_ends_when_it_expires() {
    let app = app(issuer().leeway(Duration::ZERO));
    let token = signed(HEADER, &with("exp", &(now() + 2).to_string()));
    let token = format!("Bearer {token}");
    for _ in 0..2 {
        assert_eq!(present(&app, "/guarded", &token).await.status(), 200);
    }
    tokio::time::sleep(Duration::from_millis(2100)).await;
    for _ in 0..2 {
        assert_eq!(present(&app, "/guarded", &token).await.status(), 401);
    }
}

/// Whether a token that verified once is known the second time, and not verified again.
async fn remembers(bearer: Bearer<impl TokenVerifier>) -> bool {
    let request = Request::get("/").header("authorization", format!("Bearer {}", good()));
    let (request, ()) = request.body(()).expect("a request").into_parts();
    match (
        bearer.authenticate(&request).await,
        bearer.authenticate(&request).await,
    ) {
        (Outcome::Known(first), Outcome::Known(second)) => Arc::ptr_eq(&first, &second),
        other => panic!("a good token: {other:?}"),
    }
}

#[tokio::test]
async fn a_token_is_verified_once_unless_the_app_says_otherwise() {
    let minute = Duration::from_mins(1);
    assert!(remembers(Bearer::jwt(issuer())).await);
    assert!(remembers(Bearer::jwt(issuer()).cache(10, minute)).await);
    assert!(!remembers(Bearer::jwt(issuer()).cache(0, minute)).await);
    assert!(!remembers(Bearer::jwt(issuer()).cache(10, Duration::ZERO)).await);
}

#[tokio::test]
async fn a_letter_more_or_less_is_another_token() {
    let app = app(issuer());
    let token = format!("Bearer {}", good());
    assert_eq!(present(&app, "/guarded", &token).await.status(), 200);
    let changed = [
        format!("{token}A"),
        token[..token.len() - 1].to_owned(),
        token.replacen('.', ".A", 1),
    ];
    for changed in &changed {
        assert_eq!(present(&app, "/guarded", changed).await.status(), 401);
    }
}

#[tokio::test]
async fn a_token_may_be_remembered_until_it_ends() {
    assert!(remembers(Bearer::jwt(issuer()).cache(10, Duration::MAX)).await);
}
