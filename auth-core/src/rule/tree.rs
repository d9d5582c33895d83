#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::{
    any::{Any, TypeId},
    fmt,
};

use futures_util::future::BoxFuture;
use http::request::Parts;

use super::{PolicyShape, ResourceId, Truth};
use crate::{
    Principal,
    facts::{Keys, Known, Loaded},
    principal::Word,
    relations::RelationWord,
};

/// A rule: atoms under `all`, `any` and `not`. Constant data, so it is walked in place and never
/// dropped.
pub enum Rule<S: 'static> {
    /// False in either polarity: what stands for a policy that could not be read.
    Never,
    Always,
    Authenticated,
    Role(Word),
    Permission(Word),
    Scope(&'static str),
    Owns(Marked<S>),
    Tenant(Marked<S>),
    Relation(Related<S>),
    When(When<S>),
    Named(&'static PolicyShape, &'static Rule<S>),
    All(&'static [Rule<S>]),
    Any(&'static [Rule<S>]),
    Not(&'static Rule<S>),
    /// All that these speak of is of the caller's tenant: stands at the root alone.
    SameTenant(&'static [Rule<S>]),
}

/// `owns = "ticket"`, `tenant = "ticket"`: the resource it loads, and whether its marked field names the
/// caller.
pub struct Marked<S: 'static> {
    pub fact: &'static ResourceFact<S>,
    pub names: Names,
}

/// Whether a field of a loaded resource names somebody.
pub(crate) type Names = fn(&(dyn Any + Send + Sync), &Principal) -> bool;

/// `relation(ProjectRole::Editor, on = "ticket")`: which relation, and how the caller's are found out.
pub struct Related<S: 'static> {
    pub word: RelationWord,
    pub words: &'static str,
    pub fact: &'static RelationFact<S>,
}

/// What a decision may have to ask a source of relations: the answer serves every relation of that kind.
pub struct RelationFact<S: 'static> {
    pub id: TypeId,
    pub on: &'static ResourceFact<S>,
    /// Whether something on the way belongs to a tenant.
    pub through_a_tenant: bool,
    pub ask: AskRelations<S>,
}

/// Asks for several resources at once; the answers stand in the order of the resources.
pub(crate) type AskRelations<S> = for<'a> fn(
    &'a Known<'a>,
    &'a [&'a (dyn Any + Send + Sync)],
    &'a S,
) -> BoxFuture<'a, Result<Vec<Standing>, String>>;

/// How the caller stands to one resource.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    /// A bit a relation.
    pub held: u64,
    /// Whether something is missing on the way to what the relation is to.
    pub lost: bool,
}

/// `when = unlocked`: a condition of the app's, asked at most once a decision.
pub struct When<S: 'static> {
    pub id: TypeId,
    pub shape: &'static ConditionShape,
    pub needs: &'static [Need<S>],
    pub ask: Ask<S>,
}

/// A resource a condition looks at; none where that resource can't be loaded.
pub struct Need<S: 'static>(pub Option<&'static ResourceFact<S>>);

/// How a condition is asked.
pub enum Ask<S: 'static> {
    Call(fn(&Known<'_>, &S) -> Truth),
    Wait(for<'a> fn(&'a Known<'a>, &'a S) -> BoxFuture<'a, Truth>),
    /// About several resources of a kind with one question; an answer for each.
    WaitTogether(for<'a> fn(&'a Known<'a>, About<'a>, &'a S) -> BoxFuture<'a, Vec<Truth>>),
}

/// The resources that one question is about.
pub type About<'a> = &'a [&'a (dyn Any + Send + Sync)];

/// What a condition says about itself without regard to the state.
#[derive(Debug)]
pub struct ConditionShape {
    pub words: &'static str,
    /// Whether it is false for nobody, without being asked.
    pub about_principal: bool,
    /// Whether its answer may depend on who calls.
    pub sees_principal: bool,
    /// Whether it may depend on what a router tells of a request, which may be about who calls.
    pub sees_context: bool,
    pub resources: &'static [ResourceId],
}

/// A resource that a decision may have to load, and how.
pub struct ResourceFact<S: 'static> {
    pub of: TypeId,
    pub kind: &'static str,
    /// None where it is no tenant's.
    pub in_tenant: Option<Names>,
    /// Its key, where that can be displayed.
    pub shown: fn(&(dyn Any + Send + Sync)) -> Option<String>,
    pub load: LoadFact<S>,
}

/// Looks for the resource that a request's keys name.
pub(crate) type LoadFact<S> =
    for<'a> fn(&'a Keys<'a>, Option<&'a Parts>, &'a S) -> BoxFuture<'a, Loaded>;

impl<S> Rule<S> {
    /// Meets each atom, in the order of writing.
    pub(crate) fn each_atom(&'static self, meet: &mut impl FnMut(&'static Self)) {
        match self {
            Self::Named(_, rule) | Self::Not(rule) => rule.each_atom(meet),
            Self::All(rules) | Self::Any(rules) => {
                for rule in *rules {
                    rule.each_atom(meet);
                }
            }
            atom => meet(atom),
        }
    }

    /// Meets each resource that the rule speaks of, as often as it names it.
    pub(crate) fn each_resource(&'static self, meet: &mut impl FnMut(&'static ResourceFact<S>)) {
        self.each_atom(&mut |atom| match atom {
            Self::Owns(marked) | Self::Tenant(marked) => meet(marked.fact),
            Self::Relation(related) => meet(related.fact.on),
            Self::When(When { needs, .. }) => {
                for fact in needs.iter().filter_map(|Need(fact)| *fact) {
                    meet(fact);
                }
            }
            _ => {}
        });
    }
}

impl<S> fmt::Debug for ResourceFact<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind)
    }
}

impl<S> fmt::Debug for Rule<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The rule in the words of the attribute.
impl<S> fmt::Display for Rule<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("never"),
            Self::Always => f.write_str("anyone"),
            Self::Authenticated => f.write_str("authenticated"),
            Self::Role(word) => write!(f, "role = {:?}", word.name),
            Self::Permission(word) => write!(f, "permission = {:?}", word.name),
            Self::Scope(scope) => write!(f, "scope = {scope:?}"),
            Self::Owns(owns) => write!(f, "owns = {:?}", owns.fact.kind),
            Self::Tenant(tenant) => write!(f, "tenant = {:?}", tenant.fact.kind),
            Self::Relation(related) => f.write_str(related.words),
            Self::When(when) => write!(f, "when = {:?}", when.shape.words),
            Self::Named(shape, _) => write!(f, "policy = {}", shape.name),
            Self::All(rules) => list(f, "all", rules),
            Self::Any(rules) => list(f, "any", rules),
            Self::Not(rule) => write!(f, "not({rule})"),
            Self::SameTenant(_) => f.write_str("the caller's tenant"),
        }
    }
}

fn list<S>(f: &mut fmt::Formatter<'_>, name: &str, rules: &[Rule<S>]) -> fmt::Result {
    write!(f, "{name}(")?;
    for (at, rule) in rules.iter().enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{rule}")?;
    }
    f.write_str(")")
}

impl<S> fmt::Debug for Marked<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Marked").field(self.fact).finish()
    }
}

impl<S> fmt::Debug for Related<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Related").field(&self.words).finish()
    }
}

impl<S> fmt::Debug for RelationFact<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RelationFact").field(self.on).finish()
    }
}

impl<S> fmt::Debug for When<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("When").field(&self.shape.words).finish()
    }
}

impl<S> fmt::Debug for Need<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Need").field(&self.0).finish()
    }
}

impl<S> Rule<S> {
    /// Whether two atoms ask the same, so that one answer is both's.
    pub(crate) fn is_same_atom(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Authenticated, Self::Authenticated) => true,
            (Self::Role(one), Self::Role(another))
            | (Self::Permission(one), Self::Permission(another)) => {
                one.of == another.of && one.index == another.index
            }
            (Self::Scope(one), Self::Scope(another)) => one == another,
            (Self::Owns(one), Self::Owns(another)) | (Self::Tenant(one), Self::Tenant(another)) => {
                one.fact.of == another.fact.of
            }
            (Self::Relation(one), Self::Relation(another)) => {
                one.fact.id == another.fact.id && one.word.bit == another.word.bit
            }
            (Self::When(one), Self::When(another)) => one.id == another.id,
            _ => false,
        }
    }
}

impl<S> fmt::Debug for Ask<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Call(_) => "Call",
            Self::Wait(_) => "Wait",
            Self::WaitTogether(_) => "WaitTogether",
        })
    }
}
