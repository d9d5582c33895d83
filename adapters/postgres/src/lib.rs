//! What auth-core shares between machines, in PostgreSQL.

mod news;
mod revocations;
#[cfg(feature = "sessions")]
mod session_directory;

pub use revocations::PostgresRevocations;
#[cfg(feature = "sessions")]
pub use session_directory::PostgresSessionDirectory;
