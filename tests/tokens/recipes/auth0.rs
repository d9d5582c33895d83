use auth_core::Issuer;
use auth_tests::notes::{Permission, Role};
use serde_json::json;

use super::{check, with};
use crate::minted::now;

#[tokio::test]
async fn auth0() {
    let issuer = Issuer::new("https://notes.eu.auth0.com/")
        .audience("https://notes.example")
        .allow_untyped()
        .roles_at::<Role>(["https://notes.example/roles"])
        .permissions::<Permission>()
        .tenant_at(["org_id"]);
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": "key-1" });
    let access = json!({
        "iss": "https://notes.eu.auth0.com/", "sub": "auth0|65f0",
        "aud": ["https://notes.example", "https://notes.eu.auth0.com/userinfo"],
        "iat": now(), "exp": now() + 86_400, "azp": "client-1", "scope": "openid notes:read",
        "org_id": "org_9", "https://notes.example/roles": ["writer"],
        "permissions": ["note:delete"],
    });
    let machine = json!({
        "iss": "https://notes.eu.auth0.com/", "sub": "client-2@clients",
        "aud": "https://notes.example", "iat": now(), "exp": now() + 86_400,
        "scope": "notes:read", "gty": "client-credentials", "azp": "client-2", "permissions": [],
    });
    let good = [
        (
            access.clone(),
            "auth0|65f0 Person writer=true delete=true openid+notes:read org_9",
        ),
        (
            with(&machine, &json!({ "gty": null })),
            "client-2@clients Machine writer=false delete=false notes:read -",
        ),
        (
            machine,
            "client-2@clients Machine writer=false delete=false notes:read -",
        ),
    ];
    let bad = [
        with(&access, &json!({ "aud": "client-1", "nonce": "n" })),
        with(
            &access,
            &json!({ "aud": "https://notes.example", "nonce": "n" }),
        ),
        with(&access, &json!({ "iss": "https://notes.eu.auth0.com" })),
        with(&access, &json!({ "org_id": 9 })),
    ];
    check(issuer, header, &good, &bad).await;
}
