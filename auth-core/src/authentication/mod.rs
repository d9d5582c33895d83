//! Who calls: credentials become a [`Principal`](crate::Principal), nobody, or a refusal.
//!
//! Authentication happens once, at the edge, before anything downstream. It knows nothing of
//! policies; guards know nothing of credentials.

#[cfg(feature = "api-keys")]
pub mod api_key;
mod bearer;
mod challenge;
mod cookies;
mod credential_header;
pub(crate) mod cross_site;
pub(crate) mod dead_credentials;
mod enrich;
mod fills;
pub(crate) mod foreign_schemes;
mod forwarded;
mod home;
pub(crate) mod layer;
#[cfg(feature = "revocation")]
pub mod revocation;
mod several;
mod shared_caches;
pub(crate) mod slot;
#[cfg(feature = "stored")]
mod stored;
#[cfg(feature = "jwt")]
pub mod token;
#[cfg(any(feature = "stored", feature = "jwt"))]
mod unknown_names;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use http::{
    HeaderName, HeaderValue,
    header::{AUTHORIZATION, COOKIE},
    request::Parts,
};

use crate::Identity;

pub use bearer::{Bearer, TokenVerifier};
pub use challenge::Challenge;
pub use cross_site::SameSite;
pub use enrich::{Enrich, Enriched};
#[doc(hidden)]
pub use fills::Fills;
pub use home::IssuerName;
pub(crate) use home::{Home, HomeOfAll};
pub(crate) use several::Judge;
pub use several::{Authenticators, Presented};
#[cfg(feature = "stored")]
pub use stored::{StoredIdentity, Vocabularies};

/// How far clocks differ unless somebody says otherwise.
pub(crate) const USUAL_LEEWAY: Duration = Duration::from_secs(10);

/// How far clocks may be said to differ: no token counts longer after its end.
#[cfg(any(feature = "revocation", feature = "jwt"))]
pub(crate) const LONGEST_LEEWAY: Duration = Duration::from_mins(1);

/// The end of the year 9999, in seconds since 1970: every store can write it down.
const LATEST_SECONDS: u64 = 253_402_300_799;

/// So much later; what means "never" is as late as can be written down.
#[doc(hidden)]
#[must_use]
pub fn later(time: SystemTime, by: Duration) -> SystemTime {
    let latest = SystemTime::UNIX_EPOCH + Duration::from_secs(LATEST_SECONDS);
    let later = time.checked_add(by).unwrap_or(latest);
    later.min(latest)
}

/// A way of knowing who calls. The app may bring its own.
///
/// It promises to judge only what it finds in the request: *no credential* is [`Outcome::Nobody`],
/// a credential that doesn't verify is never that. It takes nothing out of the request itself: the
/// layer removes the headers named by [`credential_headers`](Authenticator::credential_headers), and the cookies named by
/// [`credential_cookies`](Authenticator::credential_cookies), so that no handler sees a raw token.
///
/// # Logging out
///
/// A handler that looks for its session in the request's cookies, as it may have done before, finds none. Who calls is
/// told by `Principal`, and which login that is by [`Principal::session`](crate::Principal::session):
///
/// ```
/// # use auth_core::{Principal, Problem, requires};
/// # use axum::extract::State;
/// # use http::{HeaderName, StatusCode, header::SET_COOKIE};
/// # #[derive(Clone)]
/// # struct Sessions;
/// # impl Sessions { async fn end(&self, _: &str) -> Result<(), String> { Ok(()) } }
/// #[requires(authenticated)]
/// async fn log_out(
///     me: Principal,
///     sessions: State<Sessions>,
/// ) -> Result<[(HeaderName, &'static str); 1], Problem> {
///     let ended = sessions.end(me.session().unwrap_or_default()).await;
///     ended.map_err(|_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "logout_unavailable"))?;
///     Ok([(SET_COOKIE, "session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax")])
/// }
/// ```
///
/// With `auth-sessions` it is `sessions.log_out(&me)`. An answer that clears the cookie ends the login as well, where the
/// authenticator knows how ([`login_ended`](Authenticator::login_ended)).
#[async_trait]
pub trait Authenticator: Send + Sync + 'static {
    /// Judges the request's credentials.
    async fn authenticate(&self, request: &Parts) -> Outcome;

    /// Whether the request carries a credential of this kind: which of several authenticators is
    /// asked. Unless said otherwise, one of its headers is an explicit one, and one of its cookies an ambient one.
    fn presented(&self, request: &Parts) -> Presented {
        let headers = self.credential_headers();
        let mut headers = headers.iter().filter(|name| **name != COOKIE);
        if headers.any(|name| request.headers.contains_key(name)) {
            Presented::Explicit
        } else if self.credential_headers().contains(&COOKIE)
            && request.headers.contains_key(COOKIE)
            || cookies::hold(&request.headers, &self.credential_cookies())
        {
            Presented::Ambient
        } else {
            Presented::Nothing
        }
    }

    /// Which of the [`credential_headers`](Self::credential_headers) clients put in on purpose: no browser by itself, no
    /// proxy for whatever the browser sent, and no other site's page. Unless said otherwise `Authorization` alone, of any
    /// scheme but those that browsers log in by (`Basic`, `Digest`, `Negotiate`).
    ///
    /// # Security
    ///
    /// What doesn't stand in one of these counts in requests of the app's own pages and in those that only read: the router
    /// refuses what another site's page made a browser send (403 `cross_site_request`), whoever wrote the authenticator.
    /// Name a header of the app's own, as `x-api-key`, where scripts on other origins send it and no proxy does; programs
    /// don't say where they come from, and are not refused. A header that every page may set, as `Accept` or a WebSocket's
    /// subprotocol, is never one of these.
    fn deliberate_headers(&self) -> Vec<HeaderName> {
        vec![AUTHORIZATION]
    }

    /// Other origins whose pages are the app's own, beside [`PolicyRouter::trusted_origin`](crate::PolicyRouter).
    #[doc(hidden)]
    fn trusted_origins(&self) -> Vec<String> {
        Vec::new()
    }

    /// Refuses credentials that were revoked, though they verify.
    #[cfg(feature = "revocation")]
    fn revocable(self, revocations: revocation::Revocations) -> revocation::Revocable<Self>
    where
        Self: Sized,
    {
        revocation::Revocable::new(self, revocations)
    }

    /// Ends the login that a credential belongs to, where it isn't known to have ended here yet: an
    /// [`Enrich`] says that whom it names is nobody any more. Unless said otherwise there is no login to end, and
    /// the credential is refused.
    async fn login_ended(&self, _: &Identity) -> Outcome {
        Outcome::Refused("whom it names is nobody any more".to_owned())
    }

    /// Whether a caller's credential counts still, that this one judged when their request began:
    /// [`Principal::still_counts`](crate::Principal::still_counts) asks. It asks its sources anew, and not what it remembers.
    ///
    /// # Errors
    ///
    /// Why it can't be told, in words for the log. Unless said otherwise it can't: what outlasts a request is then not handed
    /// out.
    async fn still_counts(&self, _: &Identity) -> Result<bool, String> {
        Err("the authenticator can't look at its callers' credentials once more".to_owned())
    }

    /// What a 401 of a route behind this authenticator tells the client to send.
    fn challenge(&self) -> Challenge;

    /// The same, of one that takes credentials of several schemes. Unless said otherwise there is one challenge.
    fn challenges(&self) -> Vec<Challenge> {
        vec![self.challenge()]
    }

    /// The headers this authenticator reads credentials from: taken out of the request before
    /// anything downstream, and named in `Vary`.
    fn credential_headers(&self) -> Vec<HeaderName>;

    /// The cookies this authenticator reads credentials from: taken out of the request, too.
    fn credential_cookies(&self) -> Vec<String> {
        Vec::new()
    }

    /// The issuers whose subjects this authenticator states, so that of several one can be the app's
    /// home: a plain id in an `#[owner]` field means a person of that one. An authenticator that
    /// names none has one issuer of its own, and is at home where no other names another. Once people of two issuers were
    /// met, and none is marked, nobody is at home, which is logged as an error of the wiring.
    fn issuers(&self) -> Vec<IssuerName> {
        Vec::new()
    }

    /// All that this authenticator can state of a caller, where it can tell. One that states roles by itself can't, so
    /// nothing is refused for it.
    #[doc(hidden)]
    fn fills(&self) -> Option<Fills> {
        None
    }
}

/// What an authenticator found.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The request carries no credential of this kind.
    Nobody,
    /// The credential verifies; this is who it names.
    Known(Arc<Identity>),
    /// The browser's cookie is no credential any more: the caller is nobody, and the answer carries
    /// this `Set-Cookie`, which clears it.
    Lapsed(HeaderValue),
    /// Another site made the browser send the request, and its cookie with it (403
    /// `cross_site_request`). The words go to the log alone.
    CrossSite(String),
    /// The request's credential can't be read as one (400 `invalid_request`).
    Malformed(&'static str),
    /// The credential doesn't verify (401 `invalid_token`). The words go to the log alone.
    Refused(String),
    /// The credential can't be judged now (503). The words go to the log alone.
    Unavailable(String),
}

impl Outcome {
    /// The credential verifies, and names `identity`.
    #[must_use]
    pub fn known(identity: Identity) -> Self {
        Self::Known(Arc::new(identity))
    }
}
