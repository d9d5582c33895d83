use auth_core::{Bearer, Enrich, Enriched, Guarded, Identity, Issuer, Outcome, async_trait};
use auth_tests::notes::Role;
use http::Request;
use serde_json::{Value, json};

use super::{app, ask, check, key, signed, with};
use crate::minted::now;

const TENANT: &str = "2f6c0bd1-0000-0000-0000-000000000000";
const API: &str = "5e1f2a3b-0000-0000-0000-000000000000";

fn name() -> String {
    format!("https://login.microsoftonline.com/{TENANT}/v2.0")
}

fn issuer() -> Issuer {
    Issuer::new(name())
        .audience(API)
        .allow_untyped()
        .require_claim("azp")
        .tenant_at(["tid"])
        .machine_without(["scp"])
}

fn header() -> Value {
    json!({ "typ": "JWT", "alg": "RS256", "kid": "key-1" })
}

fn access() -> Value {
    json!({
        "aud": API, "iss": name(), "iat": now(), "nbf": now(), "exp": now() + 4_000,
        "azp": "web-guid", "azpacr": "1", "oid": "oid-1", "rh": "0.A", "roles": ["writer"],
        "scp": "notes.read notes.write", "sub": "pairwise", "tid": TENANT, "uti": "u", "ver": "2.0",
    })
}

#[tokio::test]
async fn entra() {
    let (header, access) = (header(), access());
    let daemon = with(
        &access,
        &json!({ "scp": null, "idtyp": "app", "oid": "oid-2", "sub": "oid-2" }),
    );
    // `idtyp` is an optional claim, which the app has to be given.
    let unmarked = with(&daemon, &json!({ "idtyp": null }));
    let good = [
        (
            access.clone(),
            format!("pairwise Person writer=true delete=false notes.read+notes.write {TENANT}"),
        ),
        (
            daemon,
            format!("oid-2 Machine writer=true delete=false  {TENANT}"),
        ),
        (
            unmarked.clone(),
            format!("oid-2 Machine writer=true delete=false  {TENANT}"),
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
    // It is told apart without being asked to, too.
    let bare = Issuer::new(name()).audience(API).allow_untyped();
    let bare = bare.roles::<Role>();
    let app_of_bare = app(Bearer::jwt(bare.jwks_json(key())));
    let token = format!("Bearer {}", signed(&header, &unmarked));
    let (_, who) = ask(&app_of_bare, "authorization", &token).await;
    assert!(who.starts_with("oid-2 Machine"), "{who}");
}

#[tokio::test]
async fn what_does_not_fit_into_a_token_is_unknown() {
    let (header, access) = (header(), access());
    // More groups than fit: which they are isn't known, and isn't none.
    let groups = issuer().roles_at::<Role>(["groups"]).jwks_json(key());
    let bearer = || Bearer::jwt(groups.clone());
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
        (overage.clone(), [503, 503, 200]),
        // As it is where the token comes in an address.
        (
            with(&access, &json!({ "hasgroups": true })),
            [503, 503, 200],
        ),
        (
            with(&access, &json!({ "hasgroups": "true" })),
            [503, 503, 200],
        ),
        (
            with(&access, &json!({ "hasgroups": false })),
            [403, 200, 200],
        ),
        // Some that are stated are not all.
        (
            with(&overage, &json!({ "groups": ["reader"] })),
            [503, 503, 200],
        ),
        (
            with(&access, &json!({ "_claim_names": ["groups"] })),
            [401; 3],
        ),
    ] {
        let token = format!("Bearer {}", signed(&header, &claims));
        assert_eq!(statuses_of(&app(bearer()), &token).await, statuses);
    }
    // Asked for, they are known again, and they are what counts.
    let token = format!("Bearer {}", signed(&header, &overage));
    for (graph, statuses) in [
        (Graph(vec![Role::Writer]), [200, 403, 200]),
        (Graph(vec![]), [403, 200, 200]),
    ] {
        let app = app(Enriched::new(bearer(), graph));
        assert_eq!(statuses_of(&app, &token).await, statuses);
    }
    let stated = with(&access, &json!({ "groups": ["writer"] }));
    let token = format!("Bearer {}", signed(&header, &stated));
    let app = app(Enriched::new(bearer(), Graph(vec![])));
    assert_eq!(statuses_of(&app, &token).await, [403, 200, 200]);
}

/// What the provider's directory says of everybody.
struct Graph(Vec<Role>);

#[async_trait]
impl Enrich for Graph {
    async fn enrich(&self, identity: Identity) -> Outcome {
        Outcome::known(identity.roles_are(self.0.iter().copied()))
    }
}

async fn statuses_of(app: &Guarded, token: &str) -> [u16; 3] {
    let mut statuses = [0; 3];
    for (path, status) in ["/writers", "/no-writers", "/described"]
        .iter()
        .zip(&mut statuses)
    {
        let request = Request::get(*path).header("authorization", token);
        let request = request.body(axum::body::Body::empty()).expect("a request");
        *status = auth_tests::send(app, request).await.status();
    }
    statuses
}
