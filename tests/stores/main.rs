//! The stores that several machines share, each on a real server.

mod revocations;
