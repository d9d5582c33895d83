//! What a decision finds out: each fact at most once, and only when it is needed.

mod condition;
mod context;
mod fetch;
mod known;

pub use condition::{Answer, Asked, Condition, ConditionShapeOf, Look, NamedOn, Otherwise, OwnsOn, ParamCondition, Seen, WhenOn};
pub(crate) use condition::part;
pub use context::Context;
pub(crate) use fetch::{fetch, within};
pub(crate) use known::{Answers, Held};
pub use known::Known;
pub(crate) use known::{Keys, Loaded};
