use std::any::{Any, TypeId};

use super::{Ask, Marked, Related, RelationFact, ResourceFact, Rule, Truth, When, Why};
use crate::{
    account::Account,
    facts::{Held, Known},
};

/// What evaluating comes to: a truth, or the first fact it still needs.
pub(crate) enum Verdict<S: 'static> {
    Is(Truth),
    Needs(Fact<S>),
}

/// Something a decision must find out before it can go on.
pub(crate) enum Fact<S: 'static> {
    Resource(&'static ResourceFact<S>),
    Relation(&'static RelationFact<S>),
    Condition(&'static When<S>),
    /// The caller's account as it is now.
    Account,
}

impl<S> Clone for Fact<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Fact<S> {}

impl<S> Fact<S> {
    /// What tells it from the rule's other facts.
    pub(crate) fn id(&self) -> TypeId {
        match self {
            Self::Resource(fact) => fact.of,
            Self::Relation(fact) => fact.id,
            Self::Condition(when) => when.id,
            Self::Account => TypeId::of::<Account>(),
        }
    }

    /// Whether it is found out by calling a function, without waiting.
    pub(crate) fn is_call(&self) -> bool {
        matches!(self, Self::Condition(when) if matches!(when.ask, Ask::Call(_)))
    }

    /// Whether it is about resources of this type, or how to find one.
    pub(crate) fn is_about(&self, of: TypeId) -> bool {
        match self {
            Self::Resource(_) => true,
            Self::Relation(fact) => fact.on.of == of,
            Self::Condition(when) => when.looks_at(of),
            Self::Account => false,
        }
    }

    /// Cheap before dear: a function call, then a load, then relations, then whatever a condition awaits;
    /// the account last, which is asked for only if the rest holds.
    pub(crate) fn cost(&self) -> u8 {
        match self {
            Self::Condition(_) if self.is_call() => 0,
            Self::Resource(_) => 1,
            Self::Relation(_) => 2,
            Self::Condition(_) => 3,
            Self::Account => 4,
        }
    }
}

impl<S> Rule<S> {
    /// Evaluates the rule over what is known. Pure: it fetches nothing.
    ///
    /// Negation is a polarity of the walk, so De Morgan's laws hold by construction.
    pub(crate) fn evaluate(&'static self, known: &Known<'_>, negated: bool) -> Verdict<S> {
        match self {
            Self::Named(_, rule) => rule.evaluate(known, negated),
            Self::Not(rule) => rule.evaluate(known, !negated),
            Self::All(rules) => combine(rules, !negated, |rule| rule.evaluate(known, negated)),
            Self::Any(rules) => combine(rules, negated, |rule| rule.evaluate(known, negated)),
            atom => match atom.as_found(known, negated) {
                Verdict::Is(truth) => Verdict::Is(known.weighed(truth)),
                needs @ Verdict::Needs(_) => needs,
            },
        }
    }

    /// What an atom comes to by itself. Of what is missing it says so, also where the decision must not show it.
    pub(crate) fn as_found(&'static self, known: &Known<'_>, negated: bool) -> Verdict<S> {
        use Verdict::Is;
        let caller = known.principal();
        match self {
            Self::Never => Is(Truth::False),
            Self::Always => Is(Truth::known(true, negated)),
            Self::Authenticated => Is(Truth::known(caller.is_some(), negated)),
            Self::Role(word) | Self::Permission(word) => match caller {
                Some(caller) => match caller.satisfies(word) {
                    Some(true) => Is(Truth::known(true, negated)),
                    _ if known.awaits_account() && !caller.states(word) => {
                        Verdict::Needs(Fact::Account)
                    }
                    Some(false) => Is(Truth::known(false, negated)),
                    None => Is(Truth::Unknown(Why::Failed)),
                },
                None => Is(Truth::False),
            },
            Self::Scope(scope) => Is(match caller {
                Some(caller) => {
                    let held = known.assumes_scopes() && !negated || caller.has_scope(scope);
                    Truth::known(held, negated)
                }
                None => Truth::False,
            }),
            Self::Owns(marked) | Self::Tenant(marked) => marked.evaluate(known, negated),
            Self::Relation(related) => related.evaluate(known, negated),
            Self::SameTenant(rules) => Self::same_tenant(rules, known),
            Self::When(when) => when.evaluate(known, negated),
            Self::Named(..) | Self::Not(_) | Self::All(_) | Self::Any(_) => {
                self.evaluate(known, negated)
            }
        }
    }

    /// The same, and where nothing decides without it, calls the conditions that need no waiting: so a rule of
    /// many is not walked once for each of them.
    pub(crate) fn evaluate_or_call(
        &'static self,
        known: &mut Known<'_>,
        state: &S,
        negated: bool,
    ) -> Verdict<S> {
        match self.evaluate(known, negated) {
            Verdict::Needs(fact) if fact.is_call() => self.call(known, state, negated),
            verdict => verdict,
        }
    }

    /// Comes to what nothing decides without a condition that can be called.
    fn call(&'static self, known: &mut Known<'_>, state: &S, negated: bool) -> Verdict<S> {
        match self {
            Self::When(when) => {
                let truth = when.call(known, state).negated_if(negated);
                Verdict::Is(known.weighed(truth))
            }
            Self::Named(_, rule) => rule.call(known, state, negated),
            Self::Not(rule) => rule.call(known, state, !negated),
            Self::All(rules) => combine(rules, !negated, |rule| {
                rule.evaluate_or_call(known, state, negated)
            }),
            Self::Any(rules) => combine(rules, negated, |rule| {
                rule.evaluate_or_call(known, state, negated)
            }),
            _ => self.evaluate(known, negated),
        }
    }
}

impl<S> ResourceFact<S> {
    /// The loaded resource, or what its atoms come to without one.
    pub(super) fn value<'k>(
        &'static self,
        known: &'k Known<'_>,
    ) -> Result<&'k (dyn Any + Send + Sync), Verdict<S>> {
        // Of which tenant the caller is may be for the account to say.
        if self.in_tenant.is_some() && known.awaits_tenant() {
            return Err(Verdict::Needs(Fact::Account));
        }
        match known.held(self.of) {
            None => Err(Verdict::Needs(Fact::Resource(self))),
            Some(Held::Unknown(why)) => Err(Verdict::Is(Truth::Unknown(why))),
            Some(Held::Value(value)) => Ok(value),
        }
    }
}

impl<S> Marked<S> {
    fn evaluate(&'static self, known: &Known<'_>, negated: bool) -> Verdict<S> {
        let Some(caller) = known.principal() else {
            return Verdict::Is(Truth::False);
        };
        match self.fact.value(known) {
            Ok(value) => Verdict::Is(Truth::known((self.names)(value, caller), negated)),
            Err(verdict) => verdict,
        }
    }
}

impl<S> Related<S> {
    fn evaluate(&'static self, known: &Known<'_>, negated: bool) -> Verdict<S> {
        if known.principal().is_none() {
            return Verdict::Is(Truth::False);
        }
        if let Err(verdict) = self.fact.on.value(known) {
            return verdict;
        }
        if self.fact.through_a_tenant && known.awaits_tenant() {
            return Verdict::Needs(Fact::Account);
        }
        Verdict::Is(match known.standing(self.fact.id) {
            None => return Verdict::Needs(Fact::Relation(self.fact)),
            Some(Err(_)) => Truth::Unknown(Why::Failed),
            Some(Ok(standing)) if standing.held & self.word.satisfied_by != 0 => {
                Truth::known(true, negated)
            }
            // What is missing might have led to it.
            Some(Ok(standing)) if standing.lost => Truth::Unknown(Why::Missing),
            Some(Ok(_)) => Truth::known(false, negated),
        })
    }
}

impl<S> When<S> {
    fn evaluate(&'static self, known: &Known<'_>, negated: bool) -> Verdict<S> {
        if self.shape.about_principal && known.principal().is_none() {
            return Verdict::Is(Truth::False);
        }
        if let Some(answer) = known.answer(self.id) {
            return Verdict::Is(answer.negated_if(negated));
        }
        let mut unknown = None;
        for need in self.needs {
            let Some(fact) = need.0 else {
                return Verdict::Is(Truth::Unknown(Why::Failed));
            };
            match fact.value(known) {
                Ok(_) => {}
                Err(Verdict::Is(Truth::Unknown(why))) => unknown = unknown.max(Some(why)),
                Err(verdict) => return verdict,
            }
        }
        match unknown {
            Some(why) => Verdict::Is(Truth::Unknown(why)),
            None => Verdict::Needs(Fact::Condition(self)),
        }
    }
}

/// `all` where `conjunction` holds, else `any`; either way a single deciding child ends it.
fn combine<S>(
    rules: &'static [Rule<S>],
    conjunction: bool,
    mut evaluate: impl FnMut(&'static Rule<S>) -> Verdict<S>,
) -> Verdict<S> {
    let (decides, otherwise) = if conjunction {
        (Truth::False, Truth::True)
    } else {
        (Truth::True, Truth::False)
    };
    let mut needed: Option<Fact<S>> = None;
    let mut unknown = None;
    for rule in rules {
        match evaluate(rule) {
            Verdict::Is(truth) if truth == decides => return Verdict::Is(decides),
            Verdict::Is(Truth::Unknown(why)) => unknown = unknown.max(Some(why)),
            Verdict::Is(_) => {}
            Verdict::Needs(fact) => {
                if needed
                    .as_ref()
                    .is_none_or(|cheapest| fact.cost() < cheapest.cost())
                {
                    needed = Some(fact);
                }
            }
        }
    }
    match (needed, unknown) {
        (Some(fact), _) => Verdict::Needs(fact),
        (None, Some(why)) => Verdict::Is(Truth::Unknown(why)),
        (None, None) => Verdict::Is(otherwise),
    }
}
