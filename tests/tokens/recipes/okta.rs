use auth_core::Issuer;
use auth_tests::notes::Role;
use serde_json::json;

use super::{check, with};
use crate::minted::now;

#[tokio::test]
async fn okta() {
    let issuer = Issuer::new("https://notes.okta.com/oauth2/default")
        .audience("api://default")
        .allow_untyped()
        .require_claim("cid")
        .machine_without(["uid"])
        .roles_at::<Role>(["groups"]);
    let header = json!({ "kid": "key-1", "alg": "RS256" });
    let access = json!({
        "ver": 1, "jti": "AT.0mP4", "iss": "https://notes.okta.com/oauth2/default",
        "aud": "api://default", "iat": now(), "exp": now() + 3_600, "cid": "0oa1", "uid": "00u1",
        "scp": ["openid", "notes:read"], "auth_time": now(), "sub": "ann@example.com",
        "groups": ["Everyone", "writer"],
    });
    let machine = with(
        &access,
        &json!({ "sub": "0oa1", "groups": null, "uid": null, "auth_time": null }),
    );
    let renamed = with(&machine, &json!({ "sub": "billing" }));
    let good = [
        (
            access.clone(),
            "ann@example.com Person writer=true delete=false openid+notes:read -",
        ),
        (
            renamed,
            "billing Machine writer=false delete=false openid+notes:read -",
        ),
        (
            machine,
            "0oa1 Machine writer=false delete=false openid+notes:read -",
        ),
    ];
    let id_token = json!({ "aud": "0oa1", "cid": null, "at_hash": "h", "nonce": "n" });
    let bad = [
        with(&access, &id_token),
        with(&access, &json!({ "at_hash": "h" })),
        with(&access, &json!({ "cid": null })),
        with(&access, &json!({ "scp": [1] })),
    ];
    check(issuer, header, &good, &bad).await;
}
