//! What auth-core shares between processes, in SQLite: embedded, for one machine.

mod revocations;

pub use revocations::SqliteRevocations;
