#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::{any::TypeId, panic::Location, time::Duration};

use super::{DeniedWords, Id, Labels, ResourceId, Rule, StepUp, Tenancy, tree::ConditionShape};
use crate::{
    account::AskAccount,
    principal::{VocabularyKind, Word},
    resource::Marks,
};

/// How a policy was declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyKind {
    Requires,
    Policy,
    Public { because: &'static str },
}

/// Why anyone may call something, and where that was said: known at run time only.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    pub(crate) because: &'static str,
    pub(crate) ignores_credentials: bool,
    pub(crate) at: &'static Location<'static>,
}

/// All of a policy that doesn't depend on the router's state.
#[derive(Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each says a thing of its own"
)]
pub struct PolicyShape {
    pub id: Id,
    pub name: &'static str,
    pub kind: PolicyKind,
    pub words: &'static str,
    pub rule: &'static str,
    pub file: &'static str,
    pub line: u32,
    pub forbids: bool,
    pub hide: bool,
    /// How old the account may be that a fresh policy asks for; the strictest of those it names.
    pub fresh: Option<Duration>,
    pub step_up: Option<StepUp>,
    pub tenancy: Tenancy,
    /// What a proposed value may change of what it is about, under this policy itself: it doesn't come along.
    pub may_change: Marks,
    /// Whether dead credentials are none to the handler.
    pub ignores_credentials: bool,
    /// What clients are told that it denies.
    pub denied: Option<DeniedWords>,
    pub resources: &'static [ResourceId],
    pub conditions: &'static [&'static ConditionShape],
    pub nested: &'static [&'static PolicyShape],
    pub proves: &'static [&'static PolicyShape],
    pub granted: &'static [GrantedShape],
    pub words_used: &'static [Word],
    pub stand_in: bool,
    pub labels: &'static Labels,
}

/// How old an account may be: the strictest of what a policy says itself, and those that it names.
#[must_use]
pub const fn freshest(own: Option<Duration>, nested: &[&PolicyShape]) -> Option<Duration> {
    let mut freshest = own;
    let mut at = 0;
    while at < nested.len() {
        freshest = match (freshest, nested[at].fresh) {
            (Some(one), Some(other)) if other.as_secs() < one.as_secs() => Some(other),
            (None, other) => other,
            (one, _) => one,
        };
        at += 1;
    }
    freshest
}

/// The first way to ask for an account; a policy and all that it names ask the same source.
#[must_use]
pub const fn first_account<S>(ways: &[Option<AskAccount<S>>]) -> Option<AskAccount<S>> {
    let mut at = 0;
    while at < ways.len() {
        if ways[at].is_some() {
            return ways[at];
        }
        at += 1;
    }
    None
}

/// A `Granted` argument of a handler, as its attribute saw it.
#[derive(Debug)]
pub struct GrantedShape {
    pub resource: ResourceId,
    pub policy: Option<&'static PolicyShape>,
}

/// The shape of a policy that could not be read.
pub const STAND_IN: PolicyShape = PolicyShape {
    id: Id::NONE,
    name: "",
    kind: PolicyKind::Requires,
    words: "",
    rule: "",
    file: "",
    line: 0,
    forbids: false,
    hide: false,
    fresh: None,
    step_up: None,
    tenancy: Tenancy::NONE,
    may_change: Marks::NONE,
    ignores_credentials: false,
    denied: None,
    resources: &[],
    conditions: &[],
    nested: &[],
    proves: &[],
    granted: &[],
    words_used: &[],
    stand_in: true,
    labels: &Labels::of(""),
};

const fn any_shares(resources: &[ResourceId], mark: Marks) -> bool {
    let mut at = 0;
    while at < resources.len() {
        if !resources[at].shares.and(mark).is_none() {
            return true;
        }
        at += 1;
    }
    false
}

impl PolicyShape {
    /// Whether the rule, or that of a policy it names, speaks of the resource.
    #[must_use]
    pub const fn names(&self, resource: &ResourceId) -> bool {
        if self.stand_in {
            return true;
        }
        let mut at = 0;
        while at < self.resources.len() {
            if self.resources[at].id.same(&resource.id) {
                return true;
            }
            at += 1;
        }
        let mut at = 0;
        while at < self.conditions.len() {
            let of = self.conditions[at].resources;
            let mut named = 0;
            while named < of.len() {
                if of[named].id.same(&resource.id) {
                    return true;
                }
                named += 1;
            }
            at += 1;
        }
        let mut at = 0;
        while at < self.nested.len() {
            if self.nested[at].names(resource) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Whether the rule, or that of a policy it names, speaks of a proposed value that shares this with what it changes.
    #[must_use]
    pub const fn shares(&self, mark: Marks) -> bool {
        if self.stand_in || any_shares(self.resources, mark) {
            return true;
        }
        let mut at = 0;
        while at < self.conditions.len() {
            if any_shares(self.conditions[at].resources, mark) {
                return true;
            }
            at += 1;
        }
        let mut at = 0;
        while at < self.nested.len() {
            if self.nested[at].shares(mark) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Whether a grant proves that the policy held: it is this one, or stands in the outermost
    /// list of one that is proven.
    #[must_use]
    pub const fn proves(&self, id: &Id) -> bool {
        if self.stand_in || self.id.same(id) {
            return true;
        }
        let mut at = 0;
        while at < self.proves.len() {
            if self.proves[at].proves(id) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// [`names`](Self::names), at run time.
    pub(crate) fn names_type(&self, resource: TypeId) -> bool {
        let is = |named: &ResourceId| named.id.of == resource;
        self.stand_in
            || self.resources.iter().any(is)
            || self
                .conditions
                .iter()
                .any(|condition| condition.resources.iter().any(is))
            || self.nested.iter().any(|policy| policy.names_type(resource))
    }

    /// [`proves`](Self::proves), at run time.
    pub(crate) fn proves_type(&self, policy: TypeId) -> bool {
        self.stand_in
            || self.id.of == policy
            || self.proves.iter().any(|proven| proven.proves_type(policy))
    }

    /// Whether it, or a policy that it names, has an option, which belongs to a whole policy and can't stand in a branch.
    #[must_use]
    pub const fn has_options(&self) -> bool {
        let own = self.hide
            || self.tenancy.across.is_some()
            || self.step_up.is_some()
            || self.fresh.is_some();
        let (mut any, mut at) = (own, 0);
        while at < self.nested.len() {
            any = any || self.nested[at].has_options();
            at += 1;
        }
        any
    }

    /// Whether it is `Public`, which asks nothing, and says why only as a value.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        matches!(self.kind, PolicyKind::Public { .. })
    }

    /// Every resource that a decision under this policy may load.
    pub(crate) fn every_resource(&self, into: &mut Vec<ResourceId>) {
        let named = self
            .conditions
            .iter()
            .flat_map(|condition| condition.resources);
        for resource in self.resources.iter().chain(named) {
            if !into.iter().any(|known| known.id.of == resource.id.of) {
                into.push(*resource);
            }
        }
        for policy in self.nested {
            policy.every_resource(into);
        }
    }

    /// Whether one of the conditions that a decision under this policy asks takes both of these resources.
    pub(crate) fn conditions_take_both(&self, one: &Id, other: &Id) -> bool {
        let takes = |condition: &&ConditionShape, id: &Id| {
            let mut resources = condition.resources.iter();
            resources.any(|resource| resource.id.same(id))
        };
        let mut conditions = self.conditions.iter();
        conditions.any(|condition| takes(condition, one) && takes(condition, other))
            || self
                .nested
                .iter()
                .any(|policy| policy.conditions_take_both(one, other))
    }

    /// The policies declared once that this one is or names, each once.
    pub(crate) fn every_policy(&'static self, into: &mut Vec<&'static PolicyShape>) {
        if into.iter().any(|known| known.id.of == self.id.of) {
            return;
        }
        if self.kind == PolicyKind::Policy {
            into.push(self);
        }
        for policy in self.nested {
            policy.every_policy(into);
        }
    }

    /// The roles and permissions that a decision under this policy asks for.
    pub(crate) fn every_word(&self, into: &mut Vec<Word>) {
        into.extend(self.words_used);
        for policy in self.nested {
            policy.every_word(into);
        }
    }
}

impl VocabularyKind {
    pub(crate) fn builder_method(self) -> &'static str {
        match self {
            Self::Roles => "roles",
            Self::Permissions => "permissions",
        }
    }
}

/// What a policy says without regard to the state; the attributes implement it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a policy",
    label = "not a policy",
    note = "declare it with `#[policy(...)]`"
)]
pub trait Shape: Send + Sync + 'static {
    #[doc(hidden)]
    const SHAPE: &'static PolicyShape;

    /// What a policy's value says that its type doesn't.
    #[doc(hidden)]
    fn said(&self) -> Option<Said> {
        None
    }
}

/// A policy as the router's state `S` sees it; the attributes implement it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a policy",
    label = "not a policy",
    note = "declare it with `#[policy(...)]`"
)]
pub trait Policy<S: 'static>: Shape {
    #[doc(hidden)]
    const GRANTS: Rule<S>;
    #[doc(hidden)]
    const VETOES: Rule<S>;
    /// How the account is asked for, where the policy or one that it names is fresh.
    #[doc(hidden)]
    const ACCOUNT: Option<AskAccount<S>> = None;
    #[doc(hidden)]
    const RULE: Rule<S> = match (Self::SHAPE.forbids, Self::SHAPE.tenancy.apart) {
        (false, false) => Self::GRANTS,
        (true, false) => Rule::All(&[Self::GRANTS, Rule::Not(&Self::VETOES)]),
        (false, true) => Rule::All(&[Self::GRANTS, Rule::SameTenant(&[Self::GRANTS])]),
        (true, true) => Rule::All(&[
            Self::GRANTS,
            Rule::Not(&Self::VETOES),
            Rule::SameTenant(&[Self::GRANTS, Self::VETOES]),
        ]),
    };
}
