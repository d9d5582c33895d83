//! API keys: credentials of programs, and of people's own scripts.
//!
//! A key is shown once, when it is issued; what is kept is the hash of its secret. It is asked for with
//! every request, so that one that was removed counts no longer, and it never counts as a login.

mod authenticator;
mod issuing;
mod memory;
mod record;
mod store;
mod text;
mod uses;

pub use authenticator::ApiKeys;
pub use issuing::{IssuedKey, KeysUnavailable};
pub use memory::MemoryApiKeys;
pub use record::ApiKeyRecord;
pub use store::ApiKeyStore;
