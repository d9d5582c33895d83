//! Two vocabularies that share a name: where what is stated is the name alone, nothing tells which is meant.

use auth_core::{
    Bearer, Roles,
    authentication::api_key::{ApiKeys, MemoryApiKeys},
};

use crate::issuer;

/// Who somebody is in their own team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
#[allow(dead_code, reason = "only their names matter")]
enum TeamRole {
    Member,
    #[implies(Member)]
    Admin,
}

/// Who runs the whole service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
#[allow(dead_code, reason = "only their names matter")]
enum Operator {
    Support,
    #[implies(Support)]
    Admin,
}

/// The same, told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
#[allow(dead_code, reason = "only their names matter")]
enum Service {
    #[name = "service_admin"]
    Admin,
}

fn keys() -> ApiKeys {
    ApiKeys::new("notes", MemoryApiKeys::default()).roles::<TeamRole>()
}

#[test]
#[should_panic(expected = "`TeamRole` and `Operator` both have \"admin\"")]
fn keys_of_two_vocabularies_that_share_a_name_are_refused() {
    let _ = keys().roles::<Operator>();
}

#[test]
fn vocabularies_that_share_none_stand_beside_each_other() {
    let _ = keys().roles::<Service>().roles::<TeamRole>();
    let issuer = issuer().roles_at::<TeamRole>(["groups"]);
    let beside = issuer.clone().roles_at::<Service>(["groups"]);
    assert!(Bearer::try_jwt(beside).is_ok());
    // A claim each says which is meant.
    let apart = issuer.roles_at::<Operator>(["operators"]);
    assert!(Bearer::try_jwt(apart).is_ok());
}

#[test]
fn one_claim_for_two_vocabularies_that_share_a_name_is_refused() {
    let issuer = issuer().roles_at::<TeamRole>(["groups"]);
    let faults = Bearer::try_jwt(issuer.roles_at::<Operator>(["groups"]));
    let words = faults.expect_err("a fault").to_string();
    assert!(words.contains("both have \"admin\""), "{words}");
}
