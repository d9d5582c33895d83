use std::sync::Arc;

use async_trait::async_trait;
use http::request::Parts;

use super::{Authenticator, Outcome, forwarded::forwarded};
use crate::Identity;

/// Adds to who the credential names: values of the app's own, or roles that stand in its database.
///
/// It runs once a request, after the credential verified and before any guard.
#[async_trait]
pub trait Enrich: Send + Sync + 'static {
    /// The enriched identity; an error means it can't be had now, and answers 503.
    async fn enrich(&self, identity: Identity) -> Result<Identity, String>;
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
        match self.authenticator.authenticate(request).await {
            Outcome::Known(identity) => {
                match self.enrich.enrich(Arc::unwrap_or_clone(identity)).await {
                    Ok(identity) => Outcome::known(identity),
                    Err(why) => Outcome::Unavailable(why),
                }
            }
            other => other,
        }
    }

    forwarded!(authenticator);
}
