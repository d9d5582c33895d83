//! A noticeboard whose people log in at an OpenID provider.
//!
//! In the order a request meets them: `standing` knows who calls and what the provider says of them now,
//! `handlers` say what it takes to call them, `repository` executes and asks nothing. `provider` is all
//! that speaks OpenID Connect.

mod handlers;
mod pages;
mod pending;
mod provider;
mod repository;
mod standing;
mod vocabulary;

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use auth_core::{
    Enriched, Guarded, Issuer, IssuerName, PolicyRouter,
    authentication::token::LogoutTokens,
    routing::{get, post},
};
use auth_sessions::Sessions;
use auth_sqlite::SqliteSessionDirectory;
use axum::{extract::FromRef, middleware};
use axum_extra::extract::cookie::Key;
use tower_sessions_rusqlite_store::RusqliteStore;
use url::Url;

use crate::{
    handlers::{board, home, login, logout, sessions},
    provider::Provider,
    repository::{Board, Logins},
    standing::Standing,
};

/// What the noticeboard is told when it starts.
#[derive(Clone)]
pub struct Settings {
    /// The provider's name, at which its discovery document is found.
    pub issuer: String,
    /// Who the noticeboard is at the provider.
    pub client_id: String,
    /// What proves it there.
    pub client_secret: String,
    /// Where browsers find the noticeboard.
    pub url: Url,
    /// How often the provider is asked what somebody who is logged in may be.
    pub ask_every: Duration,
    /// Where sessions, logins and notices are kept.
    pub database: PathBuf,
    /// What the cookie of a login under way is encrypted with, 64 bytes or more; processes that share
    /// logins share it. A new one unless given.
    pub cookie_key: Option<Vec<u8>>,
}

/// Neither secret is in a log.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("url", &self.url.as_str())
            .field("ask_every", &self.ask_every)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

/// What handlers and rules take parts of.
#[derive(Clone, FromRef)]
struct App {
    sessions: Sessions,
    provider: Arc<Provider>,
    logouts: Arc<LogoutTokens>,
    logins: Logins,
    board: Board,
    key: Key,
}

/// The noticeboard.
///
/// # Errors
///
/// A setting that can't work, or a database that can't be opened.
pub async fn app(settings: Settings) -> Result<Guarded, String> {
    let file = &settings.database;
    let unable = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let connection = repository::open(file)
        .await
        .map_err(|error| unable(&error))?;
    let store = RusqliteStore::new(connection.clone());
    store.migrate().await.map_err(|error| unable(&error))?;
    let directory = SqliteSessionDirectory::open(file).await;
    let sessions = Sessions::new(store, directory.map_err(|error| unable(&error))?)
        .issuer(IssuerName::new(&settings.issuer));
    let issuer = Issuer::new(&settings.issuer)
        .audience(&settings.client_id)
        .discover();
    let logouts = LogoutTokens::try_of(issuer).map_err(|faults| faults.to_string())?;
    let key = match &settings.cookie_key {
        Some(key) => {
            Key::try_from(key.as_slice()).map_err(|error| format!("the cookie's key: {error}"))?
        }
        None => Key::generate(),
    };
    let app = App {
        sessions: sessions.roles::<vocabulary::Role>(),
        provider: Arc::new(Provider::new(&settings)?),
        logouts: Arc::new(logouts),
        logins: Logins::new(connection.clone()),
        board: Board::new(connection),
        key,
    };
    Ok(routes(&app, settings.ask_every))
}

fn routes(app: &App, ask_every: Duration) -> Guarded {
    let standing = Standing {
        sessions: app.sessions.clone(),
        provider: Arc::clone(&app.provider),
        logins: app.logins.clone(),
        ask_every,
    };
    PolicyRouter::new()
        .route("/", get(home::home))
        .route("/style.css", get(home::style))
        .route("/login", get(login::begin))
        .route("/callback", get(login::finish))
        .route("/logout", post(logout::here_and_there))
        .route("/backchannel-logout", post(logout::there))
        .route("/board", get(board::read).post(board::post))
        .route("/board/new", get(board::new))
        .route("/sessions", get(sessions::list))
        .route("/sessions/end-others", post(sessions::end_others))
        .fallback(home::nothing)
        .with_state(app.clone())
        .authenticate(Enriched::new(app.sessions.clone(), standing))
        .layer(middleware::from_fn(pages::for_browsers))
}
