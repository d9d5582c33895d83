use auth_core::{Principal, Problem};
use axum::extract::{FromRef, FromRequestParts};
use http::{StatusCode, request::Parts};

use crate::Sessions;

/// A request that may log somebody in: it is one of the app's own pages, or only reads.
///
/// Another site could log its visitors in as somebody of its choosing, whom they then trust with what
/// they write (login cross-site request forgery). Such a request carries no session that could be
/// refused, so [`Sessions::log_in`] wants this instead. It is 403 `cross_site_request`.
#[derive(Debug)]
pub struct LoginAttempt {
    /// Who was logged in before.
    pub(crate) before: Option<Principal>,
}

impl<S> FromRequestParts<S> for LoginAttempt
where
    S: Send + Sync,
    Sessions: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(request: &mut Parts, state: &S) -> Result<Self, Problem> {
        let sessions = Sessions::from_ref(state);
        if sessions.cross_site.refuses(request).await {
            tracing::info!(target: "auth_sessions", "another site's page asks for a login");
            return Err(Problem::new(StatusCode::FORBIDDEN, "cross_site_request"));
        }
        let before = Option::<Principal>::from_request_parts(request, state).await;
        Ok(Self {
            before: before.map_err(Problem::from)?,
        })
    }
}
