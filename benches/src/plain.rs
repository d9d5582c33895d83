//! axum alone: hand-written middleware authenticates, another one checks the role.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;

use crate::{app::Role, ours::NAME};

/// Who calls, as such apps have it.
#[derive(Clone)]
struct User {
    #[allow(dead_code, reason = "an app would use it")]
    name: String,
    roles: Vec<Role>,
}

async fn authenticate(mut request: Request, next: Next) -> Response {
    if let Some(name) = request
        .headers()
        .get(NAME)
        .and_then(|name| name.to_str().ok())
    {
        let user = User {
            name: name.to_owned(),
            roles: vec![Role::Writer],
        };
        request.extensions_mut().insert(Arc::new(user));
        request.headers_mut().remove(NAME);
    }
    next.run(request).await
}

async fn require(State(role): State<Role>, request: Request, next: Next) -> Response {
    match request.extensions().get::<Arc<User>>() {
        Some(user) if user.roles.contains(&role) => next.run(request).await,
        Some(_) => StatusCode::FORBIDDEN.into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn done() -> &'static str {
    "done"
}

/// One route behind both.
pub fn app() -> Router {
    Router::new()
        .route("/role", get(done))
        .route_layer(from_fn_with_state(Role::Writer, require))
        .layer(from_fn(authenticate))
}
