use std::sync::Arc;

use auth_core::{
    Principal, Problem,
    authentication::token::{LoggedOut, LogoutTokens},
    public, requires,
};
use auth_sessions::{SessionCookie, Sessions};
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderValue, StatusCode, header::CACHE_CONTROL};
use serde::Deserialize;

use crate::{pages::store_failed, provider::Provider, repository::Logins};

/// Ends the session here, and sends the browser to the provider to end it there.
#[requires(authenticated)]
pub(crate) async fn here_and_there(
    State(provider): State<Arc<Provider>>,
    State(sessions): State<Sessions>,
    State(logins): State<Logins>,
    me: Principal,
) -> Result<(SessionCookie, Redirect), Problem> {
    let session = me.session().unwrap_or_default();
    let login = logins.of(session).await.map_err(store_failed)?;
    let cookie = sessions.log_out(&me).await?;
    logins.forget(session).await.map_err(store_failed)?;
    // It has ended here already: a provider that is down changes nothing about that.
    let there = match login {
        Some(login) => provider
            .log_out(&login.id_token)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(?error, "the provider's own session is not ended");
                None
            }),
        None => None,
    };
    let to = there.map_or_else(|| "/".to_owned(), String::from);
    Ok((cookie, Redirect::to(&to)))
}

#[derive(Deserialize)]
pub(crate) struct Posted {
    logout_token: String,
}

/// The provider says itself that a login has ended there.
#[public(because = "the logout token proves who sends it", ignores_credentials)]
pub(crate) async fn there(
    State(logouts): State<Arc<LogoutTokens>>,
    State(sessions): State<Sessions>,
    State(logins): State<Logins>,
    Form(posted): Form<Posted>,
) -> axum::response::Result<Response> {
    let logout = logouts.judge(&posted.logout_token).await?;
    match &logout.ended {
        LoggedOut::Session(id) => {
            sessions.end_provider_session(&logout.issuer, id).await?;
            // A login whose ID token named no session may be of this one.
            if let Some(subject) = &logout.subject {
                logins.forget_unnamed(subject).await.map_err(store_failed)?;
            }
        }
        LoggedOut::Subject(subject) => sessions.end_all(&logout.issuer, subject).await?,
    }
    tracing::info!(ended = ?logout.ended, "the provider ended a login");
    let never_kept = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::OK, never_kept).into_response())
}
