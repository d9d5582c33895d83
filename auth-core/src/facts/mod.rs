//! What a decision finds out: each fact at most once, and only when it is needed.

mod answers;
mod asker;
mod clock;
mod common;
mod condition;
mod context;
mod deadline;
mod fetch;
mod known;
mod parents;
mod trusted_proxies;

pub(crate) use answers::{Answers, Loaded, Resources};
pub(crate) use asker::{Asker, Given, Stated};
pub(crate) use clock::Clock;
pub(crate) use condition::part;
pub use condition::{
    Answer, AnswerForEach, Asked, Condition, ConditionShapeOf, How, Look, MarkedOn, NamedOn,
    Otherwise, ParamCondition, Seen, WhenOn,
};
pub use context::Context;
pub(crate) use context::Told;
pub(crate) use deadline::{Deadline, said, within};
pub(crate) use fetch::{Sources, fetch, related, together};
pub(crate) use known::Held;
pub(crate) use known::Keys;
pub use known::Known;
pub(crate) use parents::Parent;
pub(crate) use trusted_proxies::TrustedProxies;
