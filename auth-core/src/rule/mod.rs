//! What a policy demands, as constant data.
//!
//! # Decision semantics
//!
//! * A rule is a tree of atoms under `all`, `any` and `not`; one tree is evaluated, explained and
//!   listed.
//! * Truth is strong Kleene over true, false and unknown; an unknown keeps why
//!   ([`Why::Missing`] or [`Why::Failed`]), and two unknowns combine to the graver.
//! * For nobody, every atom about the principal *and its negation* are false, without a fetch.
//! * An atom about a resource that isn't there is unknown, never false: no `not` makes it a grant.
//!   Under `hide` it decides as one that denies, in either polarity, so that nothing is asked of it that
//!   isn't asked of those; what explains the decision still says that it is missing.
//! * Another tenant's resource is a missing one: nothing is asked about it, and nothing told.
//! * Only true grants.

mod denied;
mod evaluate;
mod id;
mod labels;
#[cfg(test)]
mod oracle;
mod policy;
mod step_up;
mod tenancy;
mod tree;
mod truth;

pub use denied::DeniedWords;
pub(crate) use evaluate::{Fact, Verdict};
pub use id::{Id, ResourceId};
pub use labels::Labels;
pub use policy::{
    GrantedShape, Policy, PolicyKind, PolicyShape, STAND_IN, Said, Shape, first_account, freshest,
};
pub use step_up::StepUp;
pub use tenancy::Tenancy;
pub use tree::{About, Ask, ConditionShape, Need, Related, ResourceFact, Rule, When};
pub(crate) use tree::{LoadFact, Marked, Names, RelationFact, Standing};
pub use truth::{Truth, Why};
