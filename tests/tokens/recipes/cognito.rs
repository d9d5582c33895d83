use auth_core::Issuer;
use auth_tests::notes::Role;
use serde_json::json;

use super::{check, with};
use crate::minted::now;

#[tokio::test]
async fn cognito() {
    let name = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Notes";
    let issuer = Issuer::new(name)
        .audience_at(["client_id"])
        .audience("6v2example")
        .allow_untyped()
        .require_claim("token_use")
        .machine_without(["username"])
        .roles_at::<Role>(["cognito:groups"]);
    let header = json!({ "kid": "key-1", "alg": "RS256" });
    let access = json!({
        "sub": "aaaa-bbbb", "cognito:groups": ["writer"], "iss": name, "version": 2,
        "client_id": "6v2example", "origin_jti": "o", "event_id": "e", "token_use": "access",
        "scope": "aws.cognito.signin.user.admin", "auth_time": now(), "exp": now() + 3_600,
        "iat": now(), "jti": "j", "username": "ann",
    });
    let machine = with(
        &access,
        &json!({
            "sub": "6v2example", "cognito:groups": null, "scope": "notes/read", "username": null,
        }),
    );
    let good = [
        (
            access.clone(),
            "aaaa-bbbb Person writer=true delete=false aws.cognito.signin.user.admin -",
        ),
        (
            machine,
            "6v2example Machine writer=false delete=false notes/read -",
        ),
    ];
    let id_token = json!({ "token_use": "id", "client_id": null, "aud": "6v2example" });
    let bad = [
        with(&access, &id_token),
        with(&access, &json!({ "token_use": "id" })),
        with(&access, &json!({ "token_use": null })),
        with(&access, &json!({ "client_id": "another" })),
        with(&access, &json!({ "client_id": null, "aud": "6v2example" })),
    ];
    check(issuer, header, &good, &bad).await;
}
