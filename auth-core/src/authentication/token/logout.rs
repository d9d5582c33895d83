use std::{fmt, time::SystemTime};

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header::CACHE_CONTROL};

use super::{
    IssuerFaults, Issuers, claims, header::TokenType, refusal::Unaccepted, trusted::TrustedIssuers,
};
use crate::Problem;

/// Judges logout tokens, by which an issuer says that a login has ended: what its back channel posts
/// as `logout_token` (OpenID Connect Back-Channel Logout 1.0).
///
/// An [`Issuer`](super::Issuer) is said as for access tokens; its `.audience(…)` is the client's id
/// there. A logout token's `typ` is `logout+jwt`; older providers need
/// [`allow_untyped`](super::Issuer::allow_untyped). An access or ID token never passes for one, nor one
/// for them.
///
/// That a token is sent again isn't looked for: ending a login twice ends it once, and a token that names
/// a subject alone ends what the subject began since, until it expires.
///
/// ```
/// use auth_core::{Issuer, authentication::token::LogoutTokens};
///
/// # async fn example(posted: &str) {
/// let issuer = Issuer::new("https://id.example").audience("notes-web").discover();
/// let logouts = LogoutTokens::of(issuer);
/// assert!(logouts.judge("no token").await.is_err());
/// # }
/// ```
pub struct LogoutTokens(TrustedIssuers);

/// What has ended at an issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logout {
    /// The issuer that says so.
    pub issuer: String,
    /// Which logins.
    pub ended: LoggedOut,
    /// Whose they are, where it says so, beside a session too. Where credentials name no session, as some issuers' access
    /// tokens don't, this alone finds them: `Revocation::subject(logout.issuer, subject)`.
    pub subject: Option<String>,
}

/// Which logins of an issuer have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoggedOut {
    /// Those of one session of the issuer's (`sid`).
    Session(String),
    /// All of a subject (`sub`).
    Subject(String),
}

impl LogoutTokens {
    /// Logout tokens of an issuer, or of one of several.
    ///
    /// # Panics
    ///
    /// On an issuer that can't work, with all its faults: see [`try_of`](Self::try_of).
    #[must_use]
    #[track_caller]
    pub fn of(issuers: impl Into<Issuers>) -> Self {
        match Self::try_of(issuers) {
            Ok(tokens) => tokens,
            Err(faults) => panic!("{faults}"),
        }
    }

    /// The same, without a panic.
    ///
    /// # Errors
    ///
    /// What [`Bearer::try_jwt`](crate::Bearer::try_jwt) refuses.
    pub fn try_of(issuers: impl Into<Issuers>) -> Result<Self, IssuerFaults> {
        TrustedIssuers::new(issuers.into()).map(Self)
    }

    /// What a logout token says has ended.
    ///
    /// # Errors
    ///
    /// It isn't one of these issuers for us, or can't be judged now: either is an answer.
    pub async fn judge(&self, token: &str) -> Result<Logout, LogoutRefused> {
        let signed = self.0.claims_of(token, TokenType::Logout).await?;
        let said = claims::logged_out(signed.issuer, &signed.claims, SystemTime::now());
        let (ended, subject) = said.map_err(Unaccepted::Refused)?;
        Ok(Logout {
            issuer: signed.issuer.name.clone(),
            ended,
            subject,
        })
    }
}

impl fmt::Debug for LogoutTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A logout token that ends nothing. As an answer it is 400, or 503 where the token can't be judged now;
/// neither is kept by a cache (§2.8).
#[derive(Debug)]
pub struct LogoutRefused(Unaccepted);

impl From<Unaccepted> for LogoutRefused {
    fn from(why: Unaccepted) -> Self {
        Self(why)
    }
}

impl fmt::Display for LogoutRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Unaccepted::Refused(why) => write!(f, "the logout token doesn't count: {why}"),
            Unaccepted::Unavailable(why) => write!(f, "the logout token can't be judged: {why}"),
        }
    }
}

impl std::error::Error for LogoutRefused {}

impl IntoResponse for LogoutRefused {
    fn into_response(self) -> Response {
        tracing::warn!(target: "auth_core::authentication", why = ?self.to_string(), "a login is not ended");
        let problem = match self.0 {
            Unaccepted::Refused(_) => Problem::new(StatusCode::BAD_REQUEST, "invalid_logout_token"),
            Unaccepted::Unavailable(_) => {
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "logout_unavailable")
            }
        };
        let mut answer = problem.into_response();
        let never_kept = HeaderValue::from_static("no-store");
        answer.headers_mut().insert(CACHE_CONTROL, never_kept);
        answer
    }
}
