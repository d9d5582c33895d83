use auth_core::{Bearer, Issuer};
use auth_tests::notes::Role;
use http::Request;
use serde_json::json;

use super::{app, check, key, signed, with};
use crate::minted::now;

#[tokio::test]
async fn entra() {
    let tenant = "2f6c0bd1-0000-0000-0000-000000000000";
    let api = "5e1f2a3b-0000-0000-0000-000000000000";
    let name = format!("https://login.microsoftonline.com/{tenant}/v2.0");
    let issuer = || {
        Issuer::new(&name)
            .audience(api)
            .allow_untyped()
            .require_claim("azp")
            .tenant_at(["tid"])
            .machine_where(["idtyp"], "app")
    };
    let header = json!({ "typ": "JWT", "alg": "RS256", "kid": "key-1" });
    let access = json!({
        "aud": api, "iss": name, "iat": now(), "nbf": now(), "exp": now() + 4_000,
        "azp": "web-guid", "azpacr": "1", "oid": "oid-1", "rh": "0.A", "roles": ["writer"],
        "scp": "notes.read notes.write", "sub": "pairwise", "tid": tenant, "uti": "u", "ver": "2.0",
    });
    let daemon = with(
        &access,
        &json!({ "scp": null, "idtyp": "app", "sub": "oid-2" }),
    );
    let good = [
        (
            access.clone(),
            format!("pairwise Person writer=true delete=false notes.read+notes.write {tenant}"),
        ),
        (
            daemon,
            format!("oid-2 Machine writer=true delete=false  {tenant}"),
        ),
    ];
    let good = good
        .each_ref()
        .map(|(claims, who)| (claims.clone(), who.as_str()));
    let bad = [
        with(&access, &json!({ "azp": null, "scp": null })),
        with(&access, &json!({ "azp": null, "nonce": "n" })),
        with(&access, &json!({ "aud": "another-guid" })),
        with(&access, &json!({ "iss": "https://sts.windows.net/2f6c/" })),
    ];
    check(issuer().roles::<Role>(), header.clone(), &good, &bad).await;

    // More groups than fit: which they are isn't known, and isn't none.
    let groups = issuer().roles_at::<Role>(["groups"]).jwks_json(key());
    let app = app(Bearer::jwt(groups));
    let asks = async |path: &str, token: &str| {
        let request = Request::get(path).header("authorization", token);
        let request = request.body(axum::body::Body::empty()).expect("a request");
        auth_tests::send(&app, request).await.status()
    };
    let overage = with(
        &access,
        &json!({
            "_claim_names": { "groups": "src1" },
            "_claim_sources": { "src1": { "endpoint": "https://graph.microsoft.com/…" } },
        }),
    );
    // Who is asked for a role, who must not have it, and who need only be somebody.
    for (claims, statuses) in [
        (
            with(&access, &json!({ "groups": ["writer"] })),
            [200, 403, 200],
        ),
        (access.clone(), [403, 200, 200]),
        (overage, [503, 503, 200]),
        (
            with(&access, &json!({ "_claim_names": ["groups"] })),
            [401; 3],
        ),
    ] {
        let token = format!("Bearer {}", signed(&header, &claims));
        for (path, status) in ["/writers", "/no-writers", "/described"]
            .iter()
            .zip(statuses)
        {
            assert_eq!(asks(path, &token).await, status, "{path}: {claims}");
        }
    }
}
