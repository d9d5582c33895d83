//! The stores that several machines share, each on a real server.

mod api_keys;
mod audit;
mod revocations;
mod session_directory;
