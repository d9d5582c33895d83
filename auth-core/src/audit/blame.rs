use std::fmt;

use serde::Serialize;

use super::attempt;
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

/// The fewest rules that would have had to be otherwise.
pub(crate) struct Blamed {
    pub(crate) reasons: Vec<Reason>,
    /// Whether the search was cut short, so that there may be fewer.
    #[cfg_attr(not(feature = "audit"), allow(dead_code, reason = "nothing keeps it"))]
    pub(crate) cut: bool,
}

/// Finds the fewest rules that would have had to be otherwise, as far as the facts were found out.
pub(crate) fn blame<S>(rule: &'static Rule<S>, known: &Known<'_>) -> Blamed {
    let blamed = attempt("the reasons of a denial", || search(rule, known));
    blamed.unwrap_or(Blamed {
        reasons: Vec::new(),
        cut: true,
    })
}

fn search<S>(rule: &'static Rule<S>, known: &Known<'_>) -> Blamed {
    let mut search = Search { known, cut: false };
    let cheapest = search.ways(rule, false).into_iter().next();
    let mut reasons = Vec::new();
    for literal in cheapest.unwrap_or_default() {
        if let Some(reason) = literal.lacking
            && !reasons.contains(&reason)
        {
            reasons.push(reason);
        }
    }
    Blamed {
        reasons,
        cut: search.cut,
    }
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

/// So many ways of a rule are followed, those that lack least.
const WAYS: usize = 64;
/// So many pairs of ways are tried for each rule of a list that must hold together, those that lack least first; and
/// more only while all of them contradict each other.
const PAIRS: usize = 256;
const MOST_PAIRS: usize = 1024;

/// A search whose work grows with a rule's length, and not with the ways in which it holds.
struct Search<'s, 'k> {
    known: &'s Known<'k>,
    cut: bool,
}

impl Search<'_, '_> {
    /// The ways in which a rule holds, that which lacks least first; none where it can't.
    fn ways<S>(&mut self, rule: &'static Rule<S>, negated: bool) -> Vec<Way<S>> {
        match rule {
            Rule::Named(_, rule) => self.ways(rule, negated),
            Rule::Not(rule) => self.ways(rule, !negated),
            Rule::All(rules) if negated => self.either(rules, negated),
            Rule::Any(rules) if negated => self.together(rules, negated),
            Rule::All(rules) => self.together(rules, negated),
            Rule::Any(rules) => self.either(rules, negated),
            Rule::Never => Vec::new(),
            atom => {
                let lacking = match atom.as_found(self.known, negated) {
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

    fn either<S>(&mut self, rules: &'static [Rule<S>], negated: bool) -> Vec<Way<S>> {
        let all = rules.iter().flat_map(|rule| self.ways(rule, negated));
        let all = all.collect();
        self.cheapest(all)
    }

    fn together<S>(&mut self, rules: &'static [Rule<S>], negated: bool) -> Vec<Way<S>> {
        let mut all = vec![Vec::new()];
        for rule in rules {
            let more = self.ways(rule, negated);
            let pairs = all
                .iter()
                .flat_map(|way| more.iter().map(move |more| (way, more)));
            let mut joined = Vec::new();
            for (tried, (way, more)) in pairs.enumerate() {
                if tried >= MOST_PAIRS || (tried >= PAIRS && !joined.is_empty()) {
                    self.cut = true;
                    break;
                }
                joined.extend(join(way, more));
            }
            all = self.cheapest(joined);
        }
        all
    }

    /// Of those that lack the same, what was written first stays first.
    fn cheapest<S>(&mut self, mut ways: Vec<Way<S>>) -> Vec<Way<S>> {
        let lacks = |literal: &&Literal<S>| literal.lacking.is_some();
        ways.sort_by_cached_key(|way| way.iter().filter(lacks).count());
        self.cut |= ways.len() > WAYS;
        ways.truncate(WAYS);
        ways
    }
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
