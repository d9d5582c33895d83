//! Tenants of what lies on the way to what a relation is to.

use auth_core::{
    Granted, Identity, Load, PolicyRouter, Principal, Relate, Relations, Resource, SourceOfTruth,
    requires, routing::get,
};
use auth_tests::{Callers, call};
use http::Method;

#[derive(Clone)]
struct App;

#[derive(Debug, Resource)]
struct Portfolio {
    #[key]
    id: u64,
}

#[derive(Debug, Resource)]
struct Project {
    #[key]
    id: u64,
    #[tenant]
    org: String,
    #[parent(Portfolio)]
    portfolio: u64,
}

#[derive(Debug, Resource)]
struct Task {
    #[key]
    id: u64,
    #[parent(Project)]
    project: u64,
}

impl Load for Project {
    type State = App;
    type Key = u64;
    type Error = String;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, String> {
        let org = "acme".to_owned();
        Ok(Some(Self {
            id,
            org,
            portfolio: 1,
        }))
    }
}

impl Load for Task {
    type State = App;
    type Key = u64;
    type Error = String;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, String> {
        Ok(Some(Self { id, project: 1 }))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Portfolio)]
enum PortfolioRole {
    Manager,
}

/// Everybody manages everything.
impl Relate for PortfolioRole {
    type State = App;
    type Error = String;

    async fn held(_: &Principal, to: &[u64], _: &App) -> Result<Vec<(u64, Self)>, String> {
        Ok(to.iter().map(|id| (*id, Self::Manager)).collect())
    }
}

/// Everybody acts for acme.
impl SourceOfTruth for App {
    type Error = String;

    async fn account(&self, blank: Identity) -> Result<Option<Identity>, String> {
        Ok(Some(blank.tenant("acme")))
    }
}

#[requires(
    relation(PortfolioRole::Manager, on = "task", through = "project"),
    fresh
)]
async fn managed(task: Granted<Task>) -> String {
    task.id.to_string()
}

#[tokio::test]
async fn the_tenant_that_an_account_tells_counts_on_the_way_too() {
    let app = PolicyRouter::new()
        .route("/managed/{task_id}", get(managed))
        .with_state(App)
        .authenticate(Callers);
    for (caller, status) in [
        ("ann; tenant=acme", 200),
        ("ann", 200),
        // The account's is another one than the credential's.
        ("ann; tenant=other", 404),
    ] {
        let answer = call(&app, Method::GET, "/managed/1", caller).await;
        assert_eq!(answer.status(), status, "{caller}");
    }
}
