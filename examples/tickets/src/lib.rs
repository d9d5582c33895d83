//! A small issue tracker: people read, open, edit, close and delete the tickets of their projects.
//!
//! The layers, in the order a request meets them: `handlers` say what it takes to call them,
//! `service` demands the proof that it was asked, `repository` executes and asks nothing.

pub mod demo;
mod domain;
mod handlers;
mod policy;
mod problem;
pub mod repository;
mod service;
pub mod tour;
mod vocabulary;

use auth_core::{
    Bearer, Guarded, Identity, Issuer, PolicyRouter, SourceOfTruth,
    routing::{get, post, put},
};
use axum::extract::FromRef;

use crate::{
    handlers::{account, maintenance, nowhere, projects, tickets},
    repository::{Store, StoreError},
    service::Tickets,
};

/// What handlers and rules take parts of.
#[derive(Clone, Debug)]
struct App {
    store: Store,
    tickets: Tickets,
}

impl FromRef<App> for Store {
    fn from_ref(app: &App) -> Self {
        app.store.clone()
    }
}

impl FromRef<App> for Tickets {
    fn from_ref(app: &App) -> Self {
        app.tickets.clone()
    }
}

/// What somebody is now in the organisation they act for, for rules that are `fresh`.
impl SourceOfTruth for App {
    type Error = StoreError;

    async fn account(&self, blank: Identity) -> Result<Option<Identity>, StoreError> {
        // Programs have no account.
        let (Some(person), Some(org)) = (blank.home_person(), blank.tenant_id()) else {
            return Ok(None);
        };
        let account = self.store.account(person, org).await?;
        Ok(account.map(|account| blank.roles_are(account.role)))
    }
}

/// The tracker over a store, for callers that `issuer` knows.
///
/// # Panics
///
/// If the routes can't work, with all faults in one message.
pub fn app(store: Store, issuer: Issuer) -> Guarded {
    let issuer = issuer
        .roles::<vocabulary::Role>()
        .permissions::<vocabulary::Permission>()
        .tenant_at(["org"]);
    PolicyRouter::new()
        .route("/me", get(account::me))
        .route("/tickets", get(tickets::list))
        .route(
            "/projects/{project_id}/tickets",
            get(projects::list).post(projects::open),
        )
        .route(
            "/tickets/{ticket_id}",
            get(tickets::read)
                .put(tickets::update)
                .delete(tickets::delete),
        )
        .route("/tickets/{ticket_id}/close", post(tickets::close))
        .route("/tickets/{ticket_id}/owner", put(tickets::hand_over))
        .route("/tickets/{ticket_id}/actions", get(tickets::actions))
        .route("/maintenance", put(maintenance::set))
        .route("/health", get(maintenance::health))
        .fallback(nowhere::path)
        .method_not_allowed_fallback(nowhere::method)
        .with_state(App {
            tickets: Tickets::new(store.clone()),
            store,
        })
        .authenticate(Bearer::jwt(issuer).realm("tickets"))
}
