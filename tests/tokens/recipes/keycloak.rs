use auth_core::{Bearer, Issuer};
use auth_tests::notes::Role;
use serde_json::json;

use super::{app, ask_at, check, key, signed, with};
use crate::minted::now;

#[tokio::test]
async fn keycloak() {
    let issuer = Issuer::new("https://sso.example/realms/notes")
        .audience("notes")
        .allow_untyped()
        .machine_without(["sid"])
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
    // A client's own account is one of the realm's: its subject is none of the client's names.
    let service = with(
        &access,
        &json!({
            "sub": "9d8e", "azp": "billing", "client_id": "billing", "sid": null, "auth_time": null,
            "preferred_username": "service-account-billing", "clientHost": "10.0.0.7",
            "clientAddress": "10.0.0.7", "resource_access": null, "scope": "email profile",
        }),
    );
    let without_profile = with(
        &service,
        &json!({ "preferred_username": null, "scope": "email" }),
    );
    let lasting = with(&service, &json!({ "sid": "s-2" }));
    let good = [
        (
            service.clone(),
            "9d8e Machine writer=false delete=false email+profile -",
        ),
        (
            without_profile,
            "9d8e Machine writer=false delete=false email -",
        ),
        (
            lasting,
            "9d8e Machine writer=false delete=false email+profile -",
        ),
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
    check(issuer.clone(), header.clone(), &good, &bad).await;
    // Nobody logs in as a program, whatever class its token states.
    let app = app(Bearer::jwt(issuer.jwks_json(key())));
    for (claims, expected) in [(access, 200), (service, 401)] {
        let token = format!("Bearer {}", signed(&header, &claims));
        let (status, _) = ask_at(&app, "/logged-in", "authorization", &token).await;
        assert_eq!(status, expected, "{claims}");
    }
}
