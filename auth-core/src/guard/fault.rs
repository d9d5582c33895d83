use std::fmt;

use crate::{DenialKind, Reason, Resource, facts::Given, resource::Marks, rule::PolicyShape};

/// What keeps a question from being granted, whatever the rule comes to.
#[derive(Clone, Copy)]
pub(super) enum Fault {
    /// The policy says nothing of what it is asked about.
    Stranger,
    /// What is proposed changes something of this kind, and none was given.
    NothingGiven(&'static str),
    /// What is proposed differs from what it changes, of this kind, and the policy doesn't say that it may.
    Differs(&'static str, Marks),
}

impl Fault {
    /// What is wrong with proposing a value beside what is given.
    pub(super) fn of_proposing<T: Resource>(
        value: &T,
        given: &[Given<'_>],
        shape: &PolicyShape,
    ) -> Option<Self> {
        let changes = T::CHANGES?;
        let Some(given) = given.iter().find_map(|given| given.value_of(changes.of.of)) else {
            return Some(Self::NothingGiven(changes.kind));
        };
        let differing = changes.differ(value, given).without(shape.may_change);
        (!differing.is_none()).then_some(Self::Differs(changes.kind, differing))
    }

    /// The row of the table of answers; none where the rule is asked first.
    pub(super) fn of_the_app(self) -> bool {
        !matches!(self, Self::Differs(..))
    }

    pub(super) fn kind(self, shape: &PolicyShape) -> DenialKind {
        match self {
            Self::Stranger | Self::NothingGiven(_) => DenialKind::Misconfigured,
            Self::Differs(..) if shape.hide => DenialKind::NotFound,
            Self::Differs(..) => DenialKind::Forbidden,
        }
    }

    /// The rule that stood in the way, where it is one.
    pub(super) fn reason(self) -> Option<Reason> {
        match self {
            Self::Differs(kind, _) => Some(Reason {
                rule: "changes",
                name: kind,
                wanted: true,
                known: true,
            }),
            _ => None,
        }
    }
}

/// As a part of the explanation.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stranger => f.write_str("asked about what the policy says nothing of"),
            Self::NothingGiven(kind) => write!(
                f,
                "changes = {kind:?}: unknown which: say so by `.given(&{kind})` before `.propose(value)`"
            ),
            Self::Differs(kind, marks) => {
                write!(f, "changes = {kind:?}: it is given with another {marks}")
            }
        }
    }
}
