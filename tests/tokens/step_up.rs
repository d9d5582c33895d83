//! Which tokens a login stands behind: a class that says nothing of a login steps nothing up.

use auth_core::{Bearer, PolicyRouter, requires, routing::get};

use crate::{
    issuer,
    minted::{members, object, signed},
    present,
};

#[requires(authenticated, step_up(acr = "mfa"))]
async fn strong() -> &'static str {
    "strong"
}

const PROFILED: &str = r#"{"alg":"HS256","typ":"at+jwt"}"#;
const UNTYPED: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

#[tokio::test]
async fn a_class_counts_where_something_says_that_somebody_logged_in() {
    let untyped = || issuer().allow_untyped();
    let told = || untyped().machine_where(["idtyp"], "app");
    for (issuer, header, left_out, status) in [
        (issuer(), PROFILED, "auth_time", 200),
        (issuer(), PROFILED, "acr", 401),
        (untyped(), UNTYPED, "", 200),
        (untyped(), UNTYPED, "auth_time", 401),
        (told(), UNTYPED, "auth_time", 200),
        (told(), UNTYPED, "acr", 401),
    ] {
        let words = format!("{issuer:?}, {header} without {left_out:?}");
        let app = PolicyRouter::new()
            .route("/strong", get(strong))
            .authenticate(Bearer::jwt(issuer));
        let mut members = members();
        members.retain(|(name, _)| *name != left_out);
        let token = format!("Bearer {}", signed(header, &object(&members)));
        let answer = present(&app, "/strong", &token).await;
        assert_eq!(answer.status(), status, "{words}");
    }
}
