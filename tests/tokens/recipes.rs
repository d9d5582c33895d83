//! The recipes of `docs/providers.md`, over tokens as each provider writes them.

use std::sync::OnceLock;

use auth_core::{
    Algorithm, Bearer, Guarded, Issuer, PolicyRouter, Principal, requires, routing::get,
};
use auth_tests::notes::{Permission, Role};
use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use http::{HeaderName, Request};
use jsonwebtoken::crypto;
use serde_json::{Value, json};

use crate::{
    minted::{encoded, now},
    pairs::{Pair, ec, rsa},
};

#[requires(authenticated)]
async fn described(me: Principal) -> String {
    let scopes: Vec<_> = me.scopes().collect();
    format!(
        "{} {:?} writer={} delete={} {} {}",
        me.subject(),
        me.kind(),
        me.has_role(Role::Writer),
        me.has_permission(Permission::NoteDelete),
        scopes.join("+"),
        me.tenant().unwrap_or("-"),
    )
}

#[requires(not(role = "writer"))]
async fn no_writers() -> &'static str {
    "not a writer"
}

fn app(bearer: Bearer<auth_core::authentication::token::JwtVerifier>) -> Guarded {
    PolicyRouter::new()
        .route("/described", get(described))
        .route("/writers", get(crate::writers))
        .route("/no-writers", get(no_writers))
        .authenticate(bearer)
}

/// The provider's key: RSA, published as Entra does, without `alg`.
fn key() -> String {
    let mut jwk = rsa().jwk(jsonwebtoken::Algorithm::RS256, "key-1");
    jwk.as_object_mut().expect("an object").remove("alg");
    json!({ "keys": [jwk] }).to_string()
}

fn signed(header: &Value, claims: &Value) -> String {
    signed_with(rsa(), jsonwebtoken::Algorithm::RS256, header, claims)
}

fn signed_with(
    pair: &Pair,
    algorithm: jsonwebtoken::Algorithm,
    header: &Value,
    claims: &Value,
) -> String {
    let message = format!(
        "{}.{}",
        encoded(header.to_string()),
        encoded(claims.to_string())
    );
    let signature = crypto::sign(message.as_bytes(), &pair.signing, algorithm);
    format!("{message}.{}", signature.expect("a signature"))
}

async fn ask(app: &Guarded, header: &str, token: &str) -> (u16, String) {
    let request = Request::get("/described").header(header, token);
    let request = request.body(axum::body::Body::empty()).expect("a request");
    let answer = auth_tests::send(app, request).await;
    (answer.status(), answer.body)
}

/// A recipe takes its provider's tokens, as whom it should, and refuses the changed ones.
async fn check(issuer: Issuer, header: Value, good: &[(Value, &str)], bad: &[Value]) {
    let app = app(Bearer::jwt(issuer.jwks_json(key())));
    for (claims, who) in good {
        let token = format!("Bearer {}", signed(&header, claims));
        let (status, body) = ask(&app, "authorization", &token).await;
        assert_eq!((status, body.as_str()), (200, *who), "{claims}");
    }
    for claims in bad {
        let token = format!("Bearer {}", signed(&header, claims));
        assert_eq!(ask(&app, "authorization", &token).await.0, 401, "{claims}");
    }
}

/// Claims with some replaced; null takes one out.
fn with(claims: &Value, changes: &Value) -> Value {
    let mut claims = claims.clone();
    for (name, value) in changes.as_object().expect("an object") {
        if value.is_null() {
            claims.as_object_mut().expect("an object").remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

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

#[tokio::test]
async fn auth0() {
    let issuer = Issuer::new("https://notes.eu.auth0.com/")
        .audience("https://notes.example")
        .allow_untyped()
        .roles_at::<Role>(["https://notes.example/roles"])
        .permissions::<Permission>()
        .tenant_at(["org_id"])
        .machine_where(["gty"], "client-credentials");
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

#[tokio::test]
async fn okta() {
    let issuer = Issuer::new("https://notes.okta.com/oauth2/default")
        .audience("api://default")
        .allow_untyped()
        .require_claim("cid")
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
        &json!({ "sub": "0oa1", "client_id": "0oa1", "groups": null }),
    );
    let good = [
        (
            access.clone(),
            "ann@example.com Person writer=true delete=false openid+notes:read -",
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

#[tokio::test]
async fn cognito() {
    let name = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Notes";
    let issuer = Issuer::new(name)
        .audience_at(["client_id"])
        .audience("6v2example")
        .allow_untyped()
        .require_claim("token_use")
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
        &json!({ "sub": "6v2example", "cognito:groups": null, "scope": "notes/read" }),
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

#[tokio::test]
async fn google() {
    static PROXY: OnceLock<Pair> = OnceLock::new();
    let pair = PROXY.get_or_init(|| ec(&ECDSA_P256_SHA256_FIXED_SIGNING));
    let es256 = jsonwebtoken::Algorithm::ES256;
    let keys = json!({ "keys": [pair.jwk(es256, "f9R3yg")] });
    let proxy = Issuer::new("https://cloud.google.com/iap")
        .jwks_json(keys.to_string())
        .algorithms([Algorithm::Es256])
        .audience("/projects/123456/global/backendServices/7890")
        .allow_untyped()
        .roles::<Role>();
    let assertion = HeaderName::from_static("x-goog-iap-jwt-assertion");
    let app = app(Bearer::jwt(proxy).in_header(assertion));
    let header = json!({ "alg": "ES256", "typ": "JWT", "kid": "f9R3yg" });
    let claims = json!({
        "aud": "/projects/123456/global/backendServices/7890", "email": "ann@example.com",
        "exp": now() + 600, "iat": now(), "iss": "https://cloud.google.com/iap",
        "sub": "accounts.google.com:1234", "hd": "example.com", "google": { "access_levels": [] },
    });
    let token = signed_with(pair, es256, &header, &claims);
    let (status, body) = ask(&app, "x-goog-iap-jwt-assertion", &token).await;
    let who = "accounts.google.com:1234 Person writer=false delete=false  -";
    assert_eq!((status, body.as_str()), (200, who));
    // A client that talks past the proxy has nothing to put there, and nothing elsewhere counts.
    let (status, _) = ask(&app, "authorization", &format!("Bearer {token}")).await;
    assert_eq!(status, 401);
    let others = with(&claims, &json!({ "aud": "/projects/1/apps/other" }));
    let others = signed_with(pair, es256, &header, &others);
    let (status, _) = ask(&app, "x-goog-iap-jwt-assertion", &others).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn zitadel() {
    let issuer = Issuer::new("https://notes.zitadel.cloud")
        .audience("270000000000000000")
        .allow_untyped()
        .require_claim("jti")
        .roles_as_keys_at::<Role>(["urn:zitadel:iam:org:project:roles"])
        .tenant_at(["urn:zitadel:iam:user:resourceowner:id"]);
    let header = json!({ "alg": "RS256", "kid": "key-1", "typ": "JWT" });
    let access = json!({
        "iss": "https://notes.zitadel.cloud", "sub": "2500",
        "aud": ["2600@notes", "270000000000000000"], "exp": now() + 43_200, "iat": now(),
        "nbf": now(), "client_id": "2600@notes", "jti": "V2_1",
        "urn:zitadel:iam:org:project:roles": { "writer": { "2400": "notes.zitadel.cloud" } },
        "urn:zitadel:iam:user:resourceowner:id": "2400",
    });
    let none = json!({ "urn:zitadel:iam:org:project:roles": {} });
    let good = [
        (access.clone(), "2500 Person writer=true delete=false  2400"),
        (
            with(&access, &none),
            "2500 Person writer=false delete=false  2400",
        ),
    ];
    let roles = |value: Value| json!({ "urn:zitadel:iam:org:project:roles": value });
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
