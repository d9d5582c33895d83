//! Where projects and tickets are kept. It executes; who may is not its matter.

mod accounts;
mod members;
mod projects;
mod store;
mod tickets;

pub use store::{Store, StoreError};
