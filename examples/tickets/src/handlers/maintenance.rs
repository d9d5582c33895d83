use auth_core::{public, requires};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;

use crate::{problem::Input, repository::Store, vocabulary::Role};

/// Whether the store is taken offline.
#[derive(Deserialize)]
pub(crate) struct Maintenance {
    on: bool,
}

#[requires(role = "operator", step_up(within = "15m"))]
pub(crate) async fn set(store: State<Store>, Input(wanted): Input<Maintenance>) -> StatusCode {
    store.take_offline(wanted.on);
    StatusCode::NO_CONTENT
}

#[public(
    because = "load balancers ask whether the process is alive",
    ignores_credentials
)]
pub(crate) async fn health() -> &'static str {
    "alive\n"
}
