//! What auth-core shares between machines, in PostgreSQL.

mod news;
mod revocations;

pub use revocations::PostgresRevocations;
