//! protect-axum: its layer reads the authorities, its attribute checks them.

use std::{collections::HashSet, sync::Arc};

use axum::{Router, extract::Request, response::Response, routing::get};
use protect_axum::GrantsLayer;

use crate::ours::NAME;

/// Its own idea of roles: any type that can be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Authority {
    Writer,
}

/// Who calls, which its layer doesn't keep: an app's handlers want to know.
#[derive(Clone)]
struct User {
    #[allow(dead_code, reason = "an app would use it")]
    name: String,
}

async fn authorities(request: &mut Request) -> Result<HashSet<Authority>, Response> {
    let Some(name) = request
        .headers()
        .get(NAME)
        .and_then(|name| name.to_str().ok())
    else {
        return Ok(HashSet::new());
    };
    let user = User {
        name: name.to_owned(),
    };
    request.extensions_mut().insert(Arc::new(user));
    request.headers_mut().remove(NAME);
    Ok(HashSet::from([Authority::Writer]))
}

/// The least that makes its attribute grant: nobody is known, the credential stays.
async fn authorities_alone(request: &mut Request) -> Result<HashSet<Authority>, Response> {
    let named = request.headers().contains_key(NAME);
    Ok(named.then_some(Authority::Writer).into_iter().collect())
}

#[protect_axum::protect("Authority::Writer", ty = "Authority")]
async fn role() -> &'static str {
    "done"
}

/// One route behind a layer that finds out who calls, and one behind the least there can be.
pub fn app() -> Router {
    let known = Router::new()
        .route("/role", get(role))
        .layer(GrantsLayer::with_extractor(authorities));
    Router::new()
        .route("/alone", get(role))
        .layer(GrantsLayer::with_extractor(authorities_alone))
        .merge(known)
}
