//! The guard before a handler, and what having passed it proves.

mod check;
mod decide;
mod declares;
mod extract;
mod fault;
mod fields;
mod filter;
mod granted;
mod outside;

pub use check::Check;
pub(crate) use decide::Decision;
#[cfg(test)]
pub(crate) use decide::{at_once, outcome, settle};
pub use declares::DeclaredHandler;
pub(crate) use declares::{DeclaresPolicy, Extracted};
pub use extract::Guard;
pub use fields::Shown;
pub use granted::{Checked, Granted};
pub use outside::Authorize;
