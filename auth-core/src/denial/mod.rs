//! How a refusal is answered: one table of statuses and codes, RFC 9457 bodies.

mod kind;
mod problem;
mod response;
mod wording;

pub use kind::DenialKind;
pub use problem::Problem;
pub use response::Denied;
pub(crate) use response::vary;
pub(crate) use wording::Wording;
