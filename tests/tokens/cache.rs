//! A token that verified isn't verified again, and ceases to count no later for it.

use std::time::Duration;

use auth_core::{Bearer, PolicyRouter, routing::get};

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

#[tokio::test]
async fn nothing_is_remembered_where_the_app_says_so() {
    for (tokens, keep) in [(0, Duration::from_mins(1)), (10, Duration::ZERO)] {
        let app = PolicyRouter::new()
            .route("/guarded", get(crate::guarded))
            .authenticate(Bearer::jwt(issuer()).cache(tokens, keep));
        let token = format!("Bearer {}", good());
        for _ in 0..2 {
            assert_eq!(present(&app, "/guarded", &token).await.status(), 200);
        }
    }
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
