//! The guard before a handler, and what having passed it proves.

mod decide;
mod declares;
mod extract;
mod granted;
mod outside;

pub(crate) use decide::Decision;
pub use declares::DeclaredHandler;
pub(crate) use declares::DeclaresPolicy;
pub use extract::Guard;
pub use granted::{Checked, Granted};
pub use outside::Authorize;
