//! What auth-core keeps and shares between processes, in SQLite: embedded, for one machine.

mod api_keys;
mod file;
mod revocations;

pub use api_keys::SqliteApiKeys;
pub use revocations::SqliteRevocations;
