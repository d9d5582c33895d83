use std::fmt;

use serde::Serialize;

use crate::{
    Truth,
    facts::Known,
    rule::{Rule, Verdict},
};

/// One rule that stood in the way.
///
/// It may be shown to the caller where the app asked for it ([`Check`](crate::Check)); what a denied
/// request is answered never contains one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reason {
    /// Its key in the policy language: `role`, `owns`, `when` and the like.
    pub rule: &'static str,
    /// What follows the key: a role's name, a resource's kind, a condition's words.
    pub name: &'static str,
    /// Whether it would have had to hold; not, where the policy forbids it.
    pub wanted: bool,
    /// Whether it is known not to be as wanted; not, where it can't be told.
    pub known: bool,
}

/// The fewest rules that would have had to be otherwise, as far as the facts were found out.
pub(crate) fn blame<S>(rule: &'static Rule<S>, known: &Known<'_>) -> Vec<Reason> {
    let cheapest = ways(rule, known, false).into_iter().next();
    let mut reasons = Vec::new();
    for literal in cheapest.unwrap_or_default() {
        if let Some(reason) = literal.lacking
            && !reasons.contains(&reason)
        {
            reasons.push(reason);
        }
    }
    reasons
}

/// One way in which a rule holds: atoms, each as it would have to be.
type Way<S> = Vec<Literal<S>>;

struct Literal<S: 'static> {
    atom: &'static Rule<S>,
    negated: bool,
    /// None where it is so already, or was not needed: what was not needed is not to blame.
    lacking: Option<Reason>,
}

impl<S> Clone for Literal<S> {
    fn clone(&self) -> Self {
        Self {
            lacking: self.lacking.clone(),
            ..*self
        }
    }
}

/// So many ways are followed, those that lack least. A rule that holds in more of them than that, and whose
/// parts contradict each other, may be blamed for one rule too many.
const WAYS: usize = 128;

/// The ways in which a rule holds, that which lacks least first; none where it can't.
fn ways<S>(rule: &'static Rule<S>, known: &Known<'_>, negated: bool) -> Vec<Way<S>> {
    match rule {
        Rule::Named(_, rule) => ways(rule, known, negated),
        Rule::Not(rule) => ways(rule, known, !negated),
        Rule::All(rules) if negated => either(rules, known, negated),
        Rule::Any(rules) if negated => together(rules, known, negated),
        Rule::All(rules) => together(rules, known, negated),
        Rule::Any(rules) => either(rules, known, negated),
        Rule::Never => Vec::new(),
        atom => {
            let lacking = match atom.evaluate(known, negated) {
                Verdict::Is(Truth::True) | Verdict::Needs(_) => None,
                Verdict::Is(truth) => {
                    let (rule, name) = named(atom);
                    Some(Reason {
                        rule,
                        name,
                        wanted: !negated,
                        known: truth == Truth::False,
                    })
                }
            };
            vec![vec![Literal {
                atom,
                negated,
                lacking,
            }]]
        }
    }
}

fn either<S>(rules: &'static [Rule<S>], known: &Known<'_>, negated: bool) -> Vec<Way<S>> {
    let all = rules.iter().flat_map(|rule| ways(rule, known, negated));
    cheapest(all.collect())
}

fn together<S>(rules: &'static [Rule<S>], known: &Known<'_>, negated: bool) -> Vec<Way<S>> {
    let mut all = vec![Vec::new()];
    for rule in rules {
        let more = ways(rule, known, negated);
        let joined = all
            .iter()
            .flat_map(|way| more.iter().filter_map(|more| join(way, more)));
        all = cheapest(joined.collect());
    }
    all
}

/// Both, unless one wants an atom as the other doesn't.
fn join<S>(way: &Way<S>, more: &Way<S>) -> Option<Way<S>> {
    let mut joined = way.clone();
    for literal in more {
        let met = way.iter().find(|met| met.atom.is_same_atom(literal.atom));
        match met {
            None => joined.push(literal.clone()),
            Some(met) if met.negated == literal.negated => {}
            Some(_) => return None,
        }
    }
    Some(joined)
}

/// Of those that lack the same, what was written first stays first.
fn cheapest<S>(mut ways: Vec<Way<S>>) -> Vec<Way<S>> {
    let lacks = |literal: &&Literal<S>| literal.lacking.is_some();
    ways.sort_by_cached_key(|way| way.iter().filter(lacks).count());
    ways.truncate(WAYS);
    ways
}

fn named<S>(atom: &Rule<S>) -> (&'static str, &'static str) {
    match atom {
        Rule::Role(word) => ("role", word.name),
        Rule::Permission(word) => ("permission", word.name),
        Rule::Scope(scope) => ("scope", scope),
        Rule::Owns(marked) => ("owns", marked.fact.kind),
        Rule::Tenant(marked) => ("tenant", marked.fact.kind),
        Rule::SameTenant(_) => ("tenant", ""),
        Rule::Relation(related) => ("relation", related.word.name),
        Rule::When(when) => ("when", when.shape.words),
        Rule::Authenticated => ("authenticated", ""),
        Rule::Never
        | Rule::Always
        | Rule::Named(..)
        | Rule::All(_)
        | Rule::Any(_)
        | Rule::Not(_) => ("", ""),
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.wanted { "" } else { "not(" })?;
        f.write_str(self.rule)?;
        if !self.name.is_empty() {
            write!(f, " = {:?}", self.name)?;
        }
        f.write_str(if self.wanted { "" } else { ")" })?;
        f.write_str(if self.known { "" } else { " (unknown)" })
    }
}
