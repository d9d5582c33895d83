//! Credentials that no longer count, though they verify: a token is a snapshot, and a logout is not in it.
//!
//! Whether a credential is revoked is asked with every request, after it was verified or remembered, of
//! a snapshot in this process that no request waits for. Where several machines share a store, each
//! follows it; the bound after which a revoked credential is refused everywhere is
//! [`Revocations::bound`], and a machine that can't follow within it answers 503.

mod ledger;
mod revocable;
mod revocations;
mod revoked;
mod room;
mod snapshot;
mod store;

pub use revocable::Revocable;
pub use revocations::{RevocationFailed, Revocations};
pub use revoked::{Revocation, Revoked};
pub use store::{RevocationStore, StoredRevocations};
