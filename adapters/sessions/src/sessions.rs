use std::{
    collections::HashMap,
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use auth_core::{IssuerName, Permissions, Problem, Roles, Vocabularies, authentication::later};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
};

use crate::{
    Login, LoginAttempt, SessionCookie, SessionDirectory, SessionEntry, cookie::CookieSettings,
    ending::session_of,
};

/// Sessions, as an authenticator and as what begins and ends them. Cheap to clone: clones share the stores. Settings
/// are a clone's own, so say them first.
#[derive(Clone)]
pub struct Sessions {
    pub(crate) store: Arc<dyn SessionStore>,
    pub(crate) directory: Arc<dyn SessionDirectory>,
    pub(crate) cookie: CookieSettings,
    pub(crate) trusted_origins: Vec<String>,
    pub(crate) idle: Duration,
    pub(crate) absolute: Duration,
    pub(crate) issuers: Vec<IssuerName>,
    pub(crate) vocabularies: Vocabularies,
}

/// What the store keeps of a session.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) handle: String,
    pub(crate) began: SystemTime,
    pub(crate) login: Login,
}

/// Where it stands in the store's record.
pub(crate) const KEPT: &str = "auth";

impl Sessions {
    /// Sessions that end after half an hour without use, and after twelve hours whatever happens.
    pub fn new(store: impl SessionStore + 'static, directory: impl SessionDirectory) -> Self {
        Self {
            store: Arc::new(store),
            directory: Arc::new(directory),
            cookie: CookieSettings::default(),
            trusted_origins: Vec::new(),
            idle: Duration::from_mins(30),
            absolute: Duration::from_hours(12),
            issuers: Vec::new(),
            vocabularies: Vocabularies::default(),
        }
    }

    /// Sessions end after so long without use.
    #[must_use]
    pub fn idle_timeout(mut self, time: Duration) -> Self {
        self.idle = time;
        self
    }

    /// Sessions end after so long whatever happens.
    #[must_use]
    pub fn absolute_timeout(mut self, time: Duration) -> Self {
        self.absolute = time;
        self
    }

    /// For a developer's own machine, without https: the cookie is `session`, and not `Secure`.
    #[must_use]
    pub fn without_https(mut self) -> Self {
        self.cookie = CookieSettings {
            name: "session".to_owned(),
            secure: false,
        };
        self
    }

    /// Another origin whose pages may send what is more than reading, as `https://app.example`; as
    /// [`PolicyRouter::trusted_origin`](auth_core::PolicyRouter::trusted_origin) says of a router with any authenticators.
    /// What is no origin is refused when the router is authenticated.
    #[must_use]
    pub fn trusted_origin(mut self, origin: impl Into<String>) -> Self {
        self.trusted_origins.push(origin.into());
        self
    }

    /// An issuer whose logins are kept here, so that of several one can be the app's home. Those of others then don't
    /// count, though they be in the same stores. Where none is named they must all be of one: of several, nobody's are
    /// then the owner that a plain id means.
    #[must_use]
    pub fn issuer(mut self, issuer: IssuerName) -> Self {
        self.issuers.push(issuer);
        self
    }

    pub(crate) fn knows(&self, issuer: &str) -> bool {
        self.issuers.is_empty() || self.issuers.iter().any(|named| named.name() == issuer)
    }

    /// Kept roles are the app's.
    #[must_use]
    pub fn roles<R: Roles>(mut self) -> Self {
        self.vocabularies.roles::<R>();
        self
    }

    /// Kept permissions are the app's.
    #[must_use]
    pub fn permissions<P: Permissions>(mut self) -> Self {
        self.vocabularies.permissions::<P>();
        self
    }

    /// Begins a session, always under a new id. The one that the caller is known by, if they are, ends. One whose account
    /// is refused now, or that came along beside another credential, isn't looked at: it ends by itself.
    ///
    /// # Errors
    ///
    /// The session can't be kept; it would be a program's, which logs in nowhere, or of an issuer that isn't among those
    /// that are named. Nobody is logged in.
    pub async fn log_in(
        &self,
        login: Login,
        attempt: LoginAttempt,
    ) -> Result<SessionCookie, SessionsUnavailable> {
        // A subject's sessions are a person's: a program of the same name has none to list or to end.
        if !login.stands_for.person {
            let why = "a program has no session: it sends a credential with each request";
            return Err(SessionsUnavailable(why.to_owned()));
        }
        if !self.knows(&login.issuer) {
            let why = format!(
                "a login of {:?}, which `.issuer(...)` doesn't name",
                login.issuer
            );
            return Err(SessionsUnavailable(why));
        }
        if let Some(handle) = attempt.before.as_ref().and_then(session_of) {
            self.remove(handle).await?;
        }
        let now = SystemTime::now();
        let entry = SessionEntry {
            // As random as an id, and none.
            handle: Id::default().to_string(),
            issuer: login.issuer.clone(),
            subject: login.stands_for.subject.clone(),
            provider_session: login.provider_session.clone(),
            note: login.note.clone(),
            began: now,
            seen: now,
            ends: later(now, self.absolute),
        };
        let kept = Kept {
            handle: entry.handle.clone(),
            began: now,
            login,
        };
        let kept = serde_json::to_value(kept).map_err(SessionsUnavailable::because)?;
        let mut record = Record {
            id: Id::default(),
            data: HashMap::from([(KEPT.to_owned(), kept)]),
            expiry_date: OffsetDateTime::from(later(now, self.absolute)),
        };
        let created = self.store.create(&mut record).await;
        created.map_err(SessionsUnavailable::because)?;
        let handle = entry.handle.clone();
        let entered = self.directory.add(entry).await;
        entered.map_err(SessionsUnavailable)?;
        Ok(SessionCookie {
            header: self.cookie.set(record.id, self.absolute),
            session: Some(handle),
        })
    }
}

/// Sessions can't be kept, found or ended now. As an answer it is 503.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionsUnavailable(pub(crate) String);

impl SessionsUnavailable {
    pub(crate) fn because(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for SessionsUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the sessions: {}", self.0)
    }
}

impl std::error::Error for SessionsUnavailable {}

impl From<SessionsUnavailable> for Problem {
    fn from(error: SessionsUnavailable) -> Self {
        tracing::error!(target: "auth_sessions", why = ?error.0, "sessions can't be kept or ended");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "sessions_unavailable")
    }
}

impl IntoResponse for SessionsUnavailable {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions")
            .field("cookie", &self.cookie)
            .field("idle", &self.idle)
            .field("absolute", &self.absolute)
            .finish_non_exhaustive()
    }
}
