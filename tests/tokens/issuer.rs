//! What an issuer takes, and what it refuses at construction.

use std::{convert::Infallible, time::Duration};

use auth_core::{
    Bearer, Identity, Issuer, Load, PolicyRouter, Resource, SourceOfTruth,
    authentication::api_key::{ApiKeys, MemoryApiKeys},
    condition, requires,
    routing::get,
};
use auth_tests::{
    log::logged,
    notes::{Permission, Role},
};

use crate::{
    SECRET, app, issuer,
    minted::{HEADER, members, object, signed, with, without},
    present,
};

#[test]
fn what_cannot_work_is_refused_with_all_faults_at_once() {
    let short = Issuer::new("https://id.example")
        .hs256("too short")
        .leeway(Duration::from_secs(61));
    let faults = Bearer::try_jwt(short)
        .expect_err("three faults")
        .to_string();
    for part in ["9 bytes", "a minute at most", "no audience"] {
        assert!(faults.contains(part), "{part} is not in: {faults}");
    }
    let table = [
        issuer().es256("no PEM"),
        issuer().jwk("{}"),
        issuer().jwk(r#"{"kty":"oct","k":"c2VjcmV0","alg":"HS256"}"#),
        Issuer::new("https://id.example").audience("notes"),
    ];
    for issuer in table {
        assert!(Bearer::try_jwt(issuer).is_err());
    }
    assert!(!format!("{:?}", issuer()).contains("a secret of the tests"));
}

#[tokio::test]
async fn older_types_pass_where_they_are_allowed_and_id_tokens_nowhere() {
    let legacy = app(issuer().allow_untyped());
    let claims = object(&members());
    for header in [
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"HS256","typ":"JWT"}"#,
        HEADER,
    ] {
        let token = format!("Bearer {}", signed(header, &claims));
        assert_eq!(
            present(&legacy, "/guarded", &token).await.status(),
            200,
            "{header}"
        );
    }
    let logout = signed(r#"{"alg":"HS256","typ":"logout+jwt"}"#, &claims);
    let id_token = signed(r#"{"alg":"HS256"}"#, &with("nonce", "\"x\""));
    for token in [logout, id_token] {
        assert_eq!(
            present(&legacy, "/guarded", &format!("Bearer {token}"))
                .await
                .status(),
            401
        );
    }
}

#[tokio::test]
async fn names_the_app_does_not_know_are_dropped_and_a_single_text_is_a_list_of_one() {
    let app = app(issuer());
    for (roles, status) in [
        (r#"["writer","astronaut"]"#, 200),
        (r#""writer""#, 200),
        (r#""admin""#, 200),
        (r#"["astronaut"]"#, 403),
        ("[]", 403),
        (r#"["Writer"]"#, 403),
        (r#""writer admin""#, 403),
    ] {
        let token = format!("Bearer {}", signed(HEADER, &with("roles", roles)));
        assert_eq!(
            present(&app, "/writers", &token).await.status(),
            status,
            "{roles}"
        );
    }
    let token = format!("Bearer {}", signed(HEADER, &without("roles")));
    assert_eq!(present(&app, "/writers", &token).await.status(), 403);
}

#[tokio::test]
async fn a_name_the_app_does_not_know_is_logged_once() {
    let app = app(issuer());
    let claims = with("roles", r#"["wizard","writer","wizard"]"#);
    let token = format!("Bearer {}", signed(HEADER, &claims));
    let events = logged(async {
        for _ in 0..2 {
            let answer = present(&app, "/writers", &token).await;
            assert_eq!(answer.status(), 200, "the known name counts");
        }
    })
    .await;
    let unknown: Vec<_> = events
        .iter()
        .filter_map(|(_, fields)| fields.get("name"))
        .collect();
    assert_eq!(unknown, ["\"wizard\""]);
}

#[tokio::test]
async fn claims_may_stand_deeper() {
    let keycloak = Issuer::new("https://id.example")
        .audience("notes")
        .hs256(SECRET)
        .roles_at::<Role>(["realm_access", "roles"]);
    let app = app_of_roles(keycloak);
    let token = signed(HEADER, &with("realm_access", r#"{"roles":["admin"]}"#));
    assert_eq!(
        present(&app, "/writers", &format!("Bearer {token}"))
            .await
            .status(),
        200
    );
    let wrong = signed(HEADER, &with("realm_access", r#"["admin"]"#));
    assert_eq!(
        present(&app, "/writers", &format!("Bearer {wrong}"))
            .await
            .status(),
        401
    );
}

fn app_of_roles(issuer: Issuer) -> auth_core::Guarded {
    PolicyRouter::new()
        .route("/writers", get(crate::writers))
        .authenticate(Bearer::jwt(issuer))
}

#[requires(permission = "note:delete")]
async fn deletes() -> &'static str {
    "deleted"
}

fn only_roles() -> Issuer {
    Issuer::new("https://id.example")
        .audience("notes")
        .hs256(SECRET)
        .roles::<Role>()
}

#[test]
fn a_vocabulary_that_no_authenticator_fills_is_refused_at_start() {
    let errors = PolicyRouter::new()
        .route("/deletes", get(deletes))
        .try_authenticate(Bearer::jwt(only_roles()))
        .expect_err("nobody fills permissions");
    assert!(
        errors.to_string().contains(".permissions::<Permission>()"),
        "{errors}"
    );
}

/// Where deeds and accounts are kept.
#[derive(Clone)]
struct Registry;

impl SourceOfTruth for Registry {
    type Error = Infallible;

    async fn account(&self, blank: Identity) -> Result<Option<Identity>, Infallible> {
        Ok(Some(blank.tenant("acme")))
    }
}

/// A tenant's own.
#[derive(Debug, Resource)]
struct Deed {
    #[key]
    id: u64,
    #[tenant]
    org: String,
}

impl Load for Deed {
    type Key = u64;
    type State = Registry;
    type Error = Infallible;

    async fn load(id: u64, _: &Registry) -> Result<Option<Self>, Infallible> {
        let org = "acme".to_owned();
        Ok(Some(Self { id, org }))
    }
}

#[requires(role = Role::Reader, tenant = "deed")]
async fn reads_deed() {}

#[requires(role = Role::Reader, tenant = "deed", fresh)]
async fn reads_deed_as_of_the_account() {}

#[condition]
fn is_old(deed: &Deed) -> bool {
    deed.id < 10
}

#[requires(role = Role::Reader, when = is_old, across_tenants(because = "anybody may look into old ones"))]
async fn reads_old_deed() {}

#[test]
fn what_is_for_callers_of_its_tenant_is_refused_at_start_where_no_caller_has_one() {
    let app = |reads| {
        let routes = PolicyRouter::new().route("/deeds/{deed_id}", reads);
        routes.with_state(Registry)
    };
    let errors = app(get(reads_deed))
        .try_authenticate(Bearer::jwt(only_roles()))
        .expect_err("nobody acts for a tenant")
        .to_string();
    for part in [
        "GET /deeds/{deed_id}",
        "reads_deed",
        "which tenant",
        ".tenant_at([\"org_id\"])",
        "across_tenants(because = \"…\")",
    ] {
        assert!(errors.contains(part), "{part} is not in: {errors}");
    }
    for one_that_can in [
        app(get(reads_deed)).try_authenticate(Bearer::jwt(only_roles().tenant_at(["org_id"]))),
        app(get(reads_deed)).try_authenticate((
            Bearer::jwt(only_roles()),
            ApiKeys::new("notes", MemoryApiKeys::default()).roles::<Role>(),
        )),
        app(get(reads_deed_as_of_the_account)).try_authenticate(Bearer::jwt(only_roles())),
        app(get(reads_old_deed)).try_authenticate(Bearer::jwt(only_roles())),
    ] {
        assert!(one_that_can.is_ok(), "{one_that_can:?}");
    }
}

#[tokio::test]
async fn a_token_that_names_no_key_is_tried_with_eight_and_with_no_more() {
    let token = format!("Bearer {}", signed(HEADER, &object(&members())));
    for (others, status) in [(0, 200), (7, 200), (8, 401)] {
        let mut issuer = Issuer::new("https://id.example").audience("notes");
        for other in 0..others {
            issuer = issuer.hs256(format!("another secret of the tests, number {other}"));
        }
        let app = app(issuer.hs256(SECRET).roles::<Role>());
        let answered = present(&app, "/guarded", &token).await.status();
        assert_eq!(answered, status, "beside {others} others");
    }
}
