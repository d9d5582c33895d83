//! Relations to the tenant itself: it is a resource like others, what everything else of its is marked with.

use auth_core::{
    Granted, GroupsError, Identity, Load, PolicyRouter, Principal, Relate, Relations,
    Relationships, Resource, SubjectId, policy, requires, routing::get,
};
use auth_tests::{Callers, call};
use http::Method;

#[derive(Clone, Debug, PartialEq, Eq, Hash, SubjectId)]
struct OrgId(String);

impl std::str::FromStr for OrgId {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

#[derive(Clone, Debug, Resource)]
struct Org {
    #[key]
    #[tenant]
    id: OrgId,
}

#[derive(Clone, Debug, Resource)]
struct Invoice {
    #[key]
    id: u64,
    #[tenant]
    #[parent(Org)]
    org: OrgId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Org)]
enum OrgRole {
    Member,
    #[implies(Member)]
    Owner,
}

impl Relate for OrgRole {
    type State = Relationships;
    type Error = GroupsError<std::convert::Infallible>;

    async fn held(
        by: &Principal,
        to: &[OrgId],
        kept: &Relationships,
    ) -> Result<Vec<(OrgId, Self)>, Self::Error> {
        kept.held(by, to).await
    }
}

impl Load for Org {
    type State = Relationships;
    type Key = OrgId;
    type Error = String;

    async fn load(id: OrgId, _: &Relationships) -> Result<Option<Self>, String> {
        Ok(["acme", "other"].contains(&&*id.0).then_some(Self { id }))
    }
}

impl Load for Invoice {
    type State = Relationships;
    type Key = u64;
    type Error = String;

    async fn load(id: u64, _: &Relationships) -> Result<Option<Self>, String> {
        let org = OrgId(if id < 10 { "acme" } else { "other" }.to_owned());
        Ok((id != 404).then_some(Self { id, org }))
    }
}

/// Who may see an invoice: whoever belongs to the organisation it is of.
#[policy(relation(OrgRole::Member, on = "invoice"))]
struct SeeInvoice;

#[requires(policy = SeeInvoice)]
async fn see(invoice: Granted<Invoice, SeeInvoice>) -> String {
    invoice.id.to_string()
}

#[requires(relation(OrgRole::Owner, on = "invoice"))]
async fn void(invoice: Granted<Invoice>) -> String {
    invoice.id.to_string()
}

#[requires(relation(OrgRole::Owner, on = "org"))]
async fn close(org: Granted<Org>) -> String {
    org.id.0.clone()
}

fn kept() -> Relationships {
    let (acme, other) = (OrgId("acme".to_owned()), OrgId("other".to_owned()));
    Relationships::new()
        .person("ann", OrgRole::Owner, acme.clone())
        .person("bob", OrgRole::Member, acme)
        .person("bob", OrgRole::Owner, other)
}

#[tokio::test]
async fn a_relation_to_the_tenant_is_one_to_all_that_is_its_and_only_while_acting_for_it() {
    let app = PolicyRouter::new()
        .route("/see/{invoice_id}", get(see))
        .route("/void/{invoice_id}", get(void))
        .route("/orgs/{org_id}", get(close))
        .with_state(kept())
        .authenticate(Callers);
    for (path, caller, status) in [
        ("/see/1", "ann; tenant=acme", 200),
        ("/see/1", "bob; tenant=acme", 200),
        ("/see/1", "cy; tenant=acme", 403),
        ("/void/1", "ann; tenant=acme", 200),
        ("/void/1", "bob; tenant=acme", 403),
        // He owns the other one, and doesn't act for it.
        ("/void/11", "bob; tenant=acme", 404),
        ("/void/11", "bob; tenant=other", 200),
        ("/void/11", "bob", 404),
        ("/see/404", "bob; tenant=acme", 404),
        ("/orgs/acme", "ann; tenant=acme", 200),
        ("/orgs/acme", "bob; tenant=acme", 403),
        ("/orgs/other", "ann; tenant=acme", 404),
        ("/orgs/none", "ann; tenant=acme", 404),
        ("/orgs/acme", "", 401),
    ] {
        let answer = call(&app, Method::GET, path, caller).await;
        assert_eq!(answer.status(), status, "{caller} at {path}");
    }
}

#[tokio::test]
async fn a_list_of_several_tenants_costs_one_question_and_keeps_ones_own() {
    let bob = Principal::for_test(Identity::person("tests", "bob").tenant("acme"));
    let all: Vec<_> = [1, 2, 11, 12]
        .map(|id| Invoice {
            id,
            org: OrgId(if id < 10 { "acme" } else { "other" }.to_owned()),
        })
        .into();
    let kept = kept();
    let seen = SeeInvoice::authorize(&bob, &kept).filter(all).await;
    let seen: Vec<_> = seen.expect("all told").iter().map(|one| one.id).collect();
    assert_eq!(seen, [1, 2]);
}
