#![cfg_attr(docsrs, feature(doc_cfg))]
//! What auth-core shares between machines, in Redis.

mod news;
mod revocations;
#[cfg(feature = "sessions")]
mod session_directory;

pub use revocations::RedisRevocations;
#[cfg(feature = "sessions")]
pub use session_directory::RedisSessionDirectory;
