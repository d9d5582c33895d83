//! What a token says it leaves out is unknown, and never none.

use auth_core::{Bearer, Load, PolicyRouter, Resource, requires, routing::get};
use auth_tests::notes::Role;

use crate::{
    issuer,
    minted::{HEADER, members, object, signed},
    present,
};

#[requires(not(role = "writer"))]
async fn no_writers() -> &'static str {
    "not a writer"
}

/// What a token is answered that has these members in place of its own, none of those that are empty.
async fn answered(issuer: auth_core::Issuer, changed: &[(&'static str, &str)]) -> u16 {
    let app = PolicyRouter::new()
        .route("/no-writers", get(no_writers))
        .authenticate(Bearer::jwt(issuer));
    let mut members = members();
    for (claim, value) in changed {
        members.retain(|(name, _)| name != claim);
        if !value.is_empty() {
            members.push((claim, (*value).to_owned()));
        }
    }
    let token = format!("Bearer {}", signed(HEADER, &object(&members)));
    present(&app, "/no-writers", &token).await.status()
}

const ELSEWHERE: &str = r#"{"roles":"src1","org":"src1","scope":"src1"}"#;

#[tokio::test]
async fn names_that_are_left_out_are_unknown() {
    let groups = || issuer().roles_at::<Role>(["groups"]);
    let none = ("roles", "");
    assert_eq!(answered(issuer(), &[none]).await, 200);
    assert_eq!(answered(groups(), &[none]).await, 200);
    for left_out in [
        ("_claim_names", r#"{"roles":"src1"}"#),
        ("roles:src1", r#""https://graph.example""#),
    ] {
        assert_eq!(
            answered(issuer(), &[none, left_out]).await,
            503,
            "{left_out:?}"
        );
    }
    for left_out in [
        ("hasgroups", "true"),
        ("hasgroups", r#""true""#),
        ("groups:src1", r#""https://graph.example""#),
    ] {
        assert_eq!(
            answered(groups(), &[none, left_out]).await,
            503,
            "{left_out:?}"
        );
    }
    assert_eq!(
        answered(groups(), &[none, ("hasgroups", "false")]).await,
        200
    );
}

#[tokio::test]
async fn a_token_that_leaves_out_its_tenant_or_its_scopes_is_refused() {
    for stated in ["org", "scope"] {
        let names = format!(r#"{{"{stated}":"src1"}}"#);
        let changed = [
            ("roles", ""),
            (stated, ""),
            ("_claim_names", names.as_str()),
        ];
        assert_eq!(answered(issuer(), &changed).await, 401, "{stated}");
    }
    assert_eq!(
        answered(issuer(), &[("_claim_names", ELSEWHERE)]).await,
        401
    );
}

#[derive(Clone, Debug, Resource)]
struct Secret {
    #[key]
    id: u64,
    #[owner]
    author: String,
}

impl Load for Secret {
    type State = ();
    type Key = u64;
    type Error = String;

    async fn load(id: u64, (): &()) -> Result<Option<Self>, String> {
        let author = "somebody else".to_owned();
        Ok((id == 1).then_some(Self { id, author }))
    }
}

#[requires(role = "writer", owns = "secret", hide)]
async fn secret() -> &'static str {
    "secret"
}

#[tokio::test]
async fn whose_roles_are_left_out_cant_tell_the_hidden_from_the_missing() {
    let app = PolicyRouter::new()
        .route("/secrets/{secret_id}", get(secret))
        .authenticate(Bearer::jwt(issuer()));
    let mut members = members();
    members.retain(|(name, _)| *name != "roles");
    members.push(("_claim_names", r#"{"roles":"src1"}"#.to_owned()));
    let token = format!("Bearer {}", signed(HEADER, &object(&members)));
    let hidden = present(&app, "/secrets/1", &token).await.status();
    let missing = present(&app, "/secrets/2", &token).await.status();
    assert_eq!(hidden, missing);
}
