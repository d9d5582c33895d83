use std::{any::type_name, convert::Infallible};

use axum::{extract::Request, response::IntoResponse, routing::Route};
use tower_layer::Layer;
use tower_service::Service;

/// What `.layer(…)` takes: a `tower` layer as axum's router takes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be put around a router",
    label = "not a layer of a router",
    note = "its service must be `Clone + Send + Sync`, take axum's requests, and never fail: put `axum::error_handling::HandleErrorLayer` around one that can"
)]
pub trait RouteLayer:
    Layer<
        Route,
        Service: Service<
            Request,
            Response: IntoResponse + 'static,
            Error: Into<Infallible> + 'static,
            Future: Send + 'static,
        > + Clone
                     + Send
                     + Sync
                     + 'static,
    > + Clone
    + Send
    + Sync
    + 'static
{
}

impl<L> RouteLayer for L
where
    L: Layer<Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Response: IntoResponse + 'static,
    <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
{
}

/// Says that CORS isn't around what refuses dead credentials: a page of another origin can't read why it is refused.
pub(super) fn warn_of_cors<L>(_: &L) {
    let layer = type_name::<L>();
    if layer.contains("tower_http::cors::") {
        tracing::warn!(
            target: "auth_core::wiring",
            layer,
            "CORS stands inside of the authentication, and answers to dead credentials lack its headers: put it around \
             all, `.authenticate(…).layer(cors)`"
        );
    }
}
