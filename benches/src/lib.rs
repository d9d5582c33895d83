//! auth-core beside hand-written checks and beside its peers: one app, in every way of guarding it.

pub mod app;
pub mod cedar;
pub mod client;
pub mod issuing;
pub mod login;
pub mod ours;
pub mod plain;
pub mod protect;
pub mod ready;
pub mod rounds;
