use std::{sync::Arc, time::SystemTime};

use auth_core::{Problem, StoredIdentity, public};
use auth_sessions::{Login, LoginAttempt, SessionCookie, Sessions};
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::Redirect,
};
use axum_extra::extract::PrivateCookieJar;
use http::{HeaderMap, StatusCode, header::USER_AGENT};
use serde::Deserialize;

use crate::{
    pending,
    provider::{Provider, Returned},
    repository::{Logins, ProviderLogin},
};

#[derive(Deserialize)]
pub(crate) struct Wish {
    then: Option<String>,
}

#[public(because = "one logs in here", ignores_credentials)]
pub(crate) async fn begin(
    State(provider): State<Arc<Provider>>,
    jar: PrivateCookieJar,
    Query(wish): Query<Wish>,
) -> Result<(PrivateCookieJar, Redirect), Problem> {
    let then = wish.then.filter(|path| is_ours(path));
    let (to, kept) = provider
        .begin(then.unwrap_or_else(|| "/".to_owned()))
        .await?;
    let jar = pending::keep(jar, &kept).map_err(|error| {
        tracing::error!(error = ?error.to_string(), "a login can't be kept");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "login_failed")
    })?;
    Ok((jar, Redirect::to(to.as_str())))
}

#[public(because = "the provider sends browsers back here", ignores_credentials)]
pub(crate) async fn finish(
    State(provider): State<Arc<Provider>>,
    State(sessions): State<Sessions>,
    State(logins): State<Logins>,
    attempt: LoginAttempt,
    jar: PrivateCookieJar,
    headers: HeaderMap,
    returned: Result<Query<Returned>, QueryRejection>,
) -> Result<(PrivateCookieJar, SessionCookie, Redirect), Problem> {
    let Ok(Query(returned)) = returned else {
        tracing::info!("what a browser comes back with is no answer to a login");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "login_refused"));
    };
    let (jar, kept) = pending::take(jar);
    let Some(kept) = kept else {
        tracing::info!("a browser comes back that was not sent, or too late");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "no_login_under_way"));
    };
    let then = kept.then.clone();
    let stated = provider.finish(returned, kept).await?;
    // Roles are not part of it: they are what the provider states with each request (`standing`).
    let mut login =
        Login::new(provider.issuer(), StoredIdentity::person(&stated.subject)).at(stated.logged_in);
    if let Some(class) = &stated.class {
        login = login.class(class);
    }
    if let Some(session) = &stated.provider_session {
        login = login.provider_session(session);
    }
    if let Some(browser) = headers.get(USER_AGENT).and_then(|name| name.to_str().ok()) {
        login = login.note(browser.chars().take(200).collect::<String>());
    }
    let cookie = sessions.log_in(login, attempt).await?;
    let kept = logins.keep(ProviderLogin {
        session: cookie.session().unwrap_or_default().to_owned(),
        subject: stated.subject,
        provider_session: stated.provider_session,
        roles: stated.roles,
        id_token: stated.id_token,
        refresh_token: stated.refresh_token,
        stated: SystemTime::now(),
    });
    kept.await.map_err(crate::pages::store_failed)?;
    Ok((jar, cookie, Redirect::to(&then)))
}

/// A path of this app's: whatever else is in a link, it leads nowhere else.
fn is_ours(path: &str) -> bool {
    let mut letters = path.chars();
    letters.next() == Some('/')
        && !matches!(letters.next(), Some('/' | '\\'))
        && path.chars().all(|letter| letter.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn a_login_leads_nowhere_but_here() {
        for path in ["/", "/board", "/board/new?x=1", "/a//b"] {
            assert!(is_ours(path), "{path}");
        }
        for path in [
            "",
            "board",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nset-cookie: x",
            "/ä",
        ] {
            assert!(!is_ours(path), "{path:?}");
        }
    }
}
