//! What a decision finds out: each fact at most once, and only when it is needed.

mod answers;
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
pub(crate) use known::Keys;
pub use known::Known;
pub(crate) use known::{Asker, Given, Held, Stated};
pub(crate) use parents::Parent;
pub(crate) use trusted_proxies::TrustedProxies;
