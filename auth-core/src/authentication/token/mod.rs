//! Access tokens: signed ones (RFC 9068), with keys that the app was told or that the issuer publishes,
//! and opaque ones, of which the issuer is asked (RFC 7662).
//!
//! The signature is judged by a kept library; everything that library leaves open is judged here,
//! before and after it: which keys are fit to be used, who issued the token, for whom, of which type,
//! and whether each claim is what it must be. *Absent*, *null* and *of another type* are three
//! things, and only the first is ever allowed.

mod algorithm;
mod cache;
mod claims;
#[cfg(feature = "jwks")]
mod discovery;
mod header;
#[cfg(feature = "jwks")]
mod introspected;
#[cfg(feature = "jwks")]
mod introspection;
mod issuer;
mod json;
mod jwk;
mod key;
mod key_set;
mod key_source;
mod keyring;
mod logout;
mod machine;
#[cfg(feature = "jwks")]
mod outbound;
mod places;
mod refusal;
mod remote;
mod roca;
mod rsa;
mod times;
mod trusted;
mod verify;
#[cfg(test)]
mod wycheproof;

pub use algorithm::Algorithm;
#[cfg(feature = "jwks")]
pub use introspection::{Introspection, OpaqueVerifier};
pub use issuer::{Issuer, IssuerFaults, Issuers};
pub use key_source::{KeySource, PublishedKeys};
pub use logout::{LoggedOut, Logout, LogoutRefused, LogoutTokens};
pub(crate) use trusted::Signer;
pub use verify::JwtVerifier;

use std::time::Duration;

use super::Bearer;

impl Bearer<JwtVerifier> {
    /// Bearer tokens that are JWTs of an issuer, or of one of several.
    ///
    /// # Panics
    ///
    /// On an issuer that can't work, with all its faults: see [`try_jwt`](Self::try_jwt).
    #[must_use]
    #[track_caller]
    pub fn jwt(issuers: impl Into<Issuers>) -> Self {
        match Self::try_jwt(issuers) {
            Ok(bearer) => bearer,
            Err(faults) => panic!("{faults}"),
        }
    }

    /// The same, without a panic.
    ///
    /// # Errors
    ///
    /// No audience, no key, a key that can't be read or is too weak, symmetric and asymmetric keys
    /// together (RFC 8725 §3.1), a leeway of more than a minute, two issuers of one name.
    pub fn try_jwt(issuers: impl Into<Issuers>) -> Result<Self, IssuerFaults> {
        JwtVerifier::new(issuers.into()).map(Self::new)
    }

    /// Remembers so many tokens that verified, each until it ends and no longer than `keep`, instead
    /// of 10,000 for five minutes; no tokens: it verifies one with every request.
    ///
    /// A token whose key is withdrawn ceases to count at once all the same.
    #[must_use]
    pub fn cache(self, tokens: usize, keep: Duration) -> Self {
        self.map(|verifier| verifier.cache(tokens, keep))
    }

    /// Waits until the keys of all issuers are there, which serving doesn't: an app that starts
    /// before its issuer answers 503 until then.
    ///
    /// # Errors
    ///
    /// The issuers whose keys can't be had now, each with the reason.
    pub async fn warm_up(&self) -> Result<(), IssuerFaults> {
        self.verifier().warm_up().await
    }
}

#[cfg(feature = "jwks")]
impl Bearer<OpaqueVerifier> {
    /// Bearer tokens that mean nothing by themselves: their issuer is asked what each means, and its
    /// answer is used no longer than the token lasts, and a minute at most.
    ///
    /// Without an `.audience(…)` the endpoint alone decides whether a token is for us.
    ///
    /// # Panics
    ///
    /// On an issuer that can't work, with all its faults: see [`try_opaque`](Self::try_opaque).
    #[must_use]
    #[track_caller]
    pub fn opaque(issuer: Issuer, endpoint: Introspection) -> Self {
        match Self::try_opaque(issuer, endpoint) {
            Ok(bearer) => bearer,
            Err(faults) => panic!("{faults}"),
        }
    }

    /// The same, without a panic.
    ///
    /// # Errors
    ///
    /// An address that isn't https (or http on this machine), keys, a leeway of more than a minute.
    pub fn try_opaque(issuer: Issuer, endpoint: Introspection) -> Result<Self, IssuerFaults> {
        OpaqueVerifier::new(issuer, endpoint).map(Self::new)
    }
}
