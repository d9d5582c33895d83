//! What auth-core shares between machines, in Redis.

mod news;
mod revocations;

pub use revocations::RedisRevocations;
