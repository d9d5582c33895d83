use auth_core::Issuer;
use auth_tests::notes::Role;
use serde_json::json;

use super::{check, with};
use crate::minted::now;

#[tokio::test]
async fn keycloak() {
    let issuer = Issuer::new("https://sso.example/realms/notes")
        .audience("notes")
        .allow_untyped()
        .roles_at::<Role>(["realm_access", "roles"])
        .roles_at::<Role>(["resource_access", "notes", "roles"]);
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": "key-1" });
    let access = json!({
        "exp": now() + 300, "iat": now(), "auth_time": now(), "jti": "onrtac:1a2b",
        "iss": "https://sso.example/realms/notes", "aud": ["notes", "account"],
        "sub": "f1c2", "typ": "Bearer", "azp": "web", "sid": "s-1", "acr": "1",
        "allowed-origins": ["https://app.example"],
        "realm_access": { "roles": ["offline_access", "reader"] },
        "resource_access": {
            "notes": { "roles": ["writer"] }, "account": { "roles": ["manage-account"] }
        },
        "scope": "openid profile", "email_verified": true, "preferred_username": "ann",
    });
    let good = [
        (
            access.clone(),
            "f1c2 Person writer=true delete=false openid+profile -",
        ),
        (
            with(&access, &json!({ "resource_access": null })),
            "f1c2 Person writer=false delete=false openid+profile -",
        ),
    ];
    let bad = [
        with(&access, &json!({ "typ": "ID", "aud": "notes" })),
        with(&access, &json!({ "typ": "Refresh" })),
        with(&access, &json!({ "typ": "Logout", "events": {} })),
        with(&access, &json!({ "aud": "account" })),
        with(
            &access,
            &json!({ "iss": "https://sso.example/realms/master" }),
        ),
        with(
            &access,
            &json!({ "realm_access": { "roles": { "writer": true } } }),
        ),
    ];
    check(issuer, header, &good, &bad).await;
}
