//! axum-login: a session in memory, its user looked up for each request, a permission required.

use std::{collections::HashSet, convert::Infallible};

use axum::{
    Router,
    routing::{get, post},
};
use axum_login::{
    AuthManagerLayerBuilder, AuthSession, AuthUser, AuthnBackend, AuthzBackend,
    permission_required,
    tower_sessions::{MemoryStore, SessionManagerLayer},
};
use http::{
    Request,
    header::{COOKIE, SET_COOKIE},
};
use tower::ServiceExt;

#[derive(Clone, Debug)]
struct User(String);

impl AuthUser for User {
    type Id = String;

    fn id(&self) -> String {
        self.0.clone()
    }

    fn session_auth_hash(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[derive(Clone)]
struct Backend;

impl AuthnBackend for Backend {
    type User = User;
    type Credentials = String;
    type Error = Infallible;

    async fn authenticate(&self, name: String) -> Result<Option<User>, Infallible> {
        Ok(Some(User(name)))
    }

    async fn get_user(&self, name: &String) -> Result<Option<User>, Infallible> {
        Ok(Some(User(name.clone())))
    }
}

impl AuthzBackend for Backend {
    type Permission = &'static str;

    async fn get_user_permissions(&self, _: &User) -> Result<HashSet<&'static str>, Infallible> {
        Ok(HashSet::from(["write"]))
    }
}

async fn log_in(mut session: AuthSession<Backend>) -> &'static str {
    let user = User("ann".to_owned());
    session.login(&user).await.expect("a session in memory");
    "logged in"
}

async fn done() -> &'static str {
    "done"
}

/// One route behind it.
pub fn app() -> Router {
    let sessions = SessionManagerLayer::new(MemoryStore::default());
    Router::new()
        .route("/role", get(done))
        .route_layer(permission_required!(Backend, "write"))
        .route("/login", post(log_in))
        .layer(AuthManagerLayerBuilder::new(Backend, sessions).build())
}

/// Logs in, and answers the session's cookie.
///
/// # Panics
///
/// If there is none.
pub async fn cookie(app: &Router) -> (http::HeaderName, http::HeaderValue) {
    let request = Request::post("/login").body(axum::body::Body::empty());
    let response = app.clone().oneshot(request.expect("a request")).await;
    let response = response.expect("an answer");
    let cookie = response.headers()[SET_COOKIE].to_str().expect("a cookie");
    let (cookie, _) = cookie.split_once(';').expect("its attributes");
    (COOKIE, cookie.parse().expect("a header's value"))
}
