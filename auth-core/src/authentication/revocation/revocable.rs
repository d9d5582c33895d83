use async_trait::async_trait;
use http::request::Parts;

use super::{Revocations, ledger::Standing};
use crate::{
    Identity,
    authentication::{Authenticator, Fills, Outcome, forwarded::forwarded},
};

/// An authenticator whose credentials may be revoked: asked with every request, after it judged.
#[derive(Debug)]
pub struct Revocable<A> {
    authenticator: A,
    revocations: Revocations,
}

impl<A: Authenticator> Revocable<A> {
    pub(in crate::authentication) fn new(authenticator: A, revocations: Revocations) -> Self {
        Self {
            authenticator,
            revocations,
        }
    }
}

#[async_trait]
impl<A: Authenticator> Authenticator for Revocable<A> {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        let identity = match self.authenticator.authenticate(request).await {
            Outcome::Known(identity) => identity,
            other => return other,
        };
        match self.revocations.ask(&identity).await {
            Standing::Counts => Outcome::Known(identity),
            Standing::Revoked(why) => Outcome::Refused(why.to_owned()),
            Standing::Unknown => Outcome::Unavailable("revocations can't be followed".to_owned()),
        }
    }

    async fn login_ended(&self, credential: &Identity) -> Outcome {
        self.authenticator.login_ended(credential).await
    }

    async fn still_counts(&self, caller: &Identity) -> Result<bool, String> {
        match self.revocations.ask_now(caller).await {
            Standing::Counts => self.authenticator.still_counts(caller).await,
            Standing::Revoked(_) => Ok(false),
            Standing::Unknown => Err("revocations can't be followed".to_owned()),
        }
    }

    forwarded!(authenticator);

    fn fills(&self) -> Option<Fills> {
        self.authenticator.fills()
    }
}
