//! What expansions use, and nobody else: anything here may change in a patch release.

pub use axum::extract::{FromRef, State};
pub use futures_util::future::BoxFuture;

pub use crate::{
    account::{AccountOf, AskAccount, Fresh},
    facts::{
        Answer, AnswerForEach, Asked, Condition, ConditionShapeOf, How, Known, Look, MarkedOn,
        NamedOn, Otherwise, ParamCondition, Seen, WhenOn,
    },
    guard::Authorize,
    principal::{
        Grant, SubjectKey, Vocabulary, VocabularyKind, Word, closure, reversed, same_text, single,
        written,
    },
    relations::{AskRelation, Here, NEVER, Named, PARENT, RelationOn, RelationWord, Up, way},
    resource::{
        Changes, ChildOf, Hidden, InPath, IsOne, KeyAt, Marks, NoKey, NotInPath, Nothing, Parent,
        ParentKeys, Reach, Shown, TenantKey, proposed,
    },
    rule::{
        About, Ask, ConditionShape, DeniedWords, GrantedShape, Id, Labels, Need, Policy,
        PolicyKind, PolicyShape, Related, ResourceFact, ResourceId, Rule, STAND_IN, Said, Shape,
        StepUp, Tenancy, Truth, When, Why, first_account, freshest,
    },
};

/// Panics, so at compile time, with a sentence that rustc prints at the call.
#[track_caller]
#[allow(
    clippy::manual_assert,
    reason = "`assert!` would name its own macro in the error"
)]
pub const fn demand(ok: bool, words: &str) {
    if !ok {
        panic!("{}", words);
    }
}
