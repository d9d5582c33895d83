use auth_core::{Principal, Problem, authentication::SameSite};
use axum::extract::FromRequestParts;
use http::request::Parts;

/// A request that may log somebody in: it is one of the app's own pages, or only reads.
///
/// Another site could log its visitors in as somebody of its choosing, whom they then trust with what
/// they write (login cross-site request forgery). Such a request carries no session that could be
/// refused, so [`Sessions::log_in`](crate::Sessions::log_in) wants this instead. It is 403 `cross_site_request`.
#[derive(Debug)]
pub struct LoginAttempt {
    /// Who was logged in before.
    pub(crate) before: Option<Principal>,
}

impl<S: Send + Sync> FromRequestParts<S> for LoginAttempt {
    type Rejection = Problem;

    async fn from_request_parts(request: &mut Parts, state: &S) -> Result<Self, Problem> {
        SameSite::from_request_parts(request, state)
            .await
            .map_err(Problem::from)?;
        let before = Option::<Principal>::from_request_parts(request, state).await;
        Ok(Self {
            before: before.map_err(Problem::from)?,
        })
    }
}
