//! Signed access tokens (RFC 9068), with keys configured in the app.
//!
//! The signature is judged by a kept library; everything that library leaves open is judged here,
//! after it: who issued the token, for whom, of which type, and whether each claim is what it must
//! be. *Absent*, *null* and *of another type* are three things, and only the first is ever allowed.

mod claims;
mod issuer;
mod json;
mod key;
mod names;
mod roca;
mod rsa;
mod verify;

pub use issuer::{Issuer, IssuerFaults};
pub use verify::JwtVerifier;

use super::Bearer;

impl Bearer<JwtVerifier> {
    /// Bearer tokens that are JWTs of `issuer`.
    ///
    /// # Panics
    ///
    /// On an issuer that can't work, with all its faults: see [`try_jwt`](Self::try_jwt).
    #[must_use]
    #[track_caller]
    pub fn jwt(issuer: Issuer) -> Self {
        match Self::try_jwt(issuer) {
            Ok(bearer) => bearer,
            Err(faults) => panic!("{faults}"),
        }
    }

    /// The same, without a panic.
    ///
    /// # Errors
    ///
    /// No audience, no key, a key that can't be read or is too weak, symmetric and asymmetric keys
    /// together (RFC 8725 §3.1), a leeway of more than a minute.
    pub fn try_jwt(issuer: Issuer) -> Result<Self, IssuerFaults> {
        JwtVerifier::new(issuer).map(Self::new)
    }
}
