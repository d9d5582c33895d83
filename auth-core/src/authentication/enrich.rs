use std::sync::Arc;

use async_trait::async_trait;
use http::request::Parts;

use super::{Authenticator, Outcome, forwarded::forwarded};
use crate::Identity;

/// Adds to who the credential names: values of the app's own, or roles that stand in its database.
///
/// It runs once a request, after the credential verified and before any guard. It has the last word: an
/// account that is disabled is [`Outcome::Refused`], one that can't be looked up now is
/// [`Outcome::Unavailable`], and a login that has ended elsewhere is nobody's ([`Outcome::Nobody`]): a session ends with
/// that, and its caller is nobody; any other credential is refused.
///
/// It says who the caller is. What the credential says of itself stays, whatever identity is made of it: by what it is
/// known, its kind and its session, when it was issued and ends, who acts with it, and which login stands behind it. So
/// a logout finds the session, and a revocation the token.
///
/// What it adds counts, whatever the credential: rights that it reads by the subject are added to a key that somebody
/// gave out to do less, too. Leave out what is [complete](Identity::is_complete), unless that is meant:
///
/// ```
/// # use auth_core::{Enrich, Identity, Outcome, Roles, async_trait};
/// # #[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
/// # enum Role { Writer }
/// struct RolesOfOurs;
///
/// #[async_trait]
/// impl Enrich for RolesOfOurs {
///     async fn enrich(&self, identity: Identity) -> Outcome {
///         if identity.is_complete() {
///             return Outcome::known(identity);
///         }
///         Outcome::known(identity.roles_are([Role::Writer]))
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let key = Identity::machine("api-keys", "ci").states_all();
/// assert!(matches!(RolesOfOurs.enrich(key).await, Outcome::Known(same) if same.is_complete()));
/// # }
/// ```
#[async_trait]
pub trait Enrich: Send + Sync + 'static {
    /// Who the caller is, all told.
    async fn enrich(&self, identity: Identity) -> Outcome;
}

/// An authenticator whose identities an [`Enrich`] adds to.
#[derive(Debug)]
pub struct Enriched<A, E> {
    authenticator: A,
    enrich: E,
}

impl<A: Authenticator, E: Enrich> Enriched<A, E> {
    /// Identities of `authenticator`, added to by `enrich`.
    pub fn new(authenticator: A, enrich: E) -> Self {
        Self {
            authenticator,
            enrich,
        }
    }
}

#[async_trait]
impl<A: Authenticator, E: Enrich> Authenticator for Enriched<A, E> {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        let credential = match self.authenticator.authenticate(request).await {
            Outcome::Known(identity) => identity,
            other => return other,
        };
        let credential = Arc::unwrap_or_clone(credential);
        match self.enrich.enrich(credential.clone()).await {
            Outcome::Known(identity) => {
                Outcome::known(Arc::unwrap_or_clone(identity).by_credential(credential))
            }
            Outcome::Nobody => self.authenticator.login_ended(&credential).await,
            other => other,
        }
    }

    async fn login_ended(&self, credential: &Identity) -> Outcome {
        self.authenticator.login_ended(credential).await
    }

    async fn still_counts(&self, caller: &Identity) -> Result<bool, String> {
        let credential = caller.enriched_from().ok_or("nobody of its own")?;
        if !self.authenticator.still_counts(credential).await? {
            return Ok(false);
        }
        match self.enrich.enrich(credential.clone()).await {
            // Somebody else, or who may do something else, asks anew.
            Outcome::Known(now) => Ok(now.is_as(caller)),
            Outcome::Unavailable(why) => Err(why),
            _ => Ok(false),
        }
    }

    forwarded!(authenticator);
}
