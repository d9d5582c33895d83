#![cfg_attr(docsrs, feature(doc_cfg))]
//! What auth-core keeps and shares between processes, in SQLite: embedded, for one machine.

mod api_keys;
mod file;
mod revocations;
#[cfg(feature = "sessions")]
mod session_directory;

pub use api_keys::SqliteApiKeys;
pub use revocations::SqliteRevocations;
#[cfg(feature = "sessions")]
pub use session_directory::SqliteSessionDirectory;
