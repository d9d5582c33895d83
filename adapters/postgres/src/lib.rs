#![cfg_attr(docsrs, feature(doc_cfg))]
//! What auth-core shares between machines, in PostgreSQL.

#[cfg(feature = "audit")]
mod audit;
mod news;
mod revocations;
#[cfg(feature = "sessions")]
mod session_directory;

#[cfg(feature = "audit")]
pub use audit::PostgresAudit;
pub use revocations::PostgresRevocations;
#[cfg(feature = "sessions")]
pub use session_directory::PostgresSessionDirectory;
