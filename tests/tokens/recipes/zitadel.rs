use auth_core::Issuer;
use auth_tests::notes::Role;
use serde_json::{Value, json};

use super::{check, with};
use crate::minted::now;

#[tokio::test]
async fn zitadel() {
    let issuer = Issuer::new("https://notes.zitadel.cloud")
        .audience("270000000000000000")
        .allow_untyped()
        .require_claim("jti")
        .roles_as_keys_at::<Role>(["urn:zitadel:iam:org:project:270000000000000000:roles"])
        .tenant_at(["urn:zitadel:iam:user:resourceowner:id"]);
    let header = json!({ "alg": "RS256", "kid": "key-1", "typ": "JWT" });
    let access = json!({
        "iss": "https://notes.zitadel.cloud", "sub": "2500",
        "aud": ["2600@notes", "270000000000000000"], "exp": now() + 43_200, "iat": now(),
        "nbf": now(), "client_id": "2600@notes", "jti": "V2_1",
        "urn:zitadel:iam:org:project:270000000000000000:roles": { "writer": { "2400": "notes.zitadel.cloud" } },
        "urn:zitadel:iam:user:resourceowner:id": "2400",
    });
    let none = json!({ "urn:zitadel:iam:org:project:270000000000000000:roles": {} });
    let good = [
        (access.clone(), "2500 Person writer=true delete=false  2400"),
        (
            with(&access, &none),
            "2500 Person writer=false delete=false  2400",
        ),
    ];
    // Who is a writer in another organisation is none in this one, and neither is who acts for none.
    let elsewhere = json!({ "urn:zitadel:iam:org:project:270000000000000000:roles": {
        "writer": { "2500": "others.zitadel.cloud" }, "reader": { "2400": "notes.zitadel.cloud" },
    } });
    // Nor is who has that role in another project, of whose client the token may be.
    let of_another = json!({
        "urn:zitadel:iam:org:project:270000000000000000:roles": null,
        "urn:zitadel:iam:org:project:roles": { "writer": { "2400": "notes.zitadel.cloud" } },
    });
    let nowhere = json!({ "urn:zitadel:iam:user:resourceowner:id": null });
    let good = [
        &good[..],
        &[
            (
                with(&access, &elsewhere),
                "2500 Person writer=false delete=false  2400",
            ),
            (
                with(&access, &of_another),
                "2500 Person writer=false delete=false  2400",
            ),
            (
                with(&access, &json!({ "urn:zitadel:iam:org:project:270000000000000000:roles": { "writer": { "2400": false } } })),
                "2500 Person writer=false delete=false  2400",
            ),
            (
                with(&access, &nowhere),
                "2500 Person writer=false delete=false  -",
            ),
        ],
    ]
    .concat();
    let roles =
        |value: Value| json!({ "urn:zitadel:iam:org:project:270000000000000000:roles": value });
    let bad = [
        with(&access, &roles(json!(["writer"]))),
        with(&access, &roles(json!("writer"))),
        with(
            &access,
            &json!({ "jti": null, "nonce": "n", "at_hash": "h" }),
        ),
        with(&access, &json!({ "aud": ["2600@notes"] })),
    ];
    check(issuer, header, &good, &bad).await;
}
