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
    let mut reasons = Vec::new();
    for reason in smallest(rule, known, false).unwrap_or_default() {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

/// None where nothing could have made it hold.
fn smallest<S>(rule: &'static Rule<S>, known: &Known<'_>, negated: bool) -> Option<Vec<Reason>> {
    let all = |rules: &'static [Rule<S>]| {
        let parts: Option<Vec<_>> = rules
            .iter()
            .map(|rule| smallest(rule, known, negated))
            .collect();
        Some(parts?.concat())
    };
    let any = |rules: &'static [Rule<S>]| {
        let parts = rules
            .iter()
            .filter_map(|rule| smallest(rule, known, negated));
        parts.min_by_key(Vec::len)
    };
    match rule {
        Rule::Named(_, rule) => smallest(rule, known, negated),
        Rule::Not(rule) => smallest(rule, known, !negated),
        Rule::All(rules) if negated => any(rules),
        Rule::All(rules) => all(rules),
        Rule::Any(rules) if negated => all(rules),
        Rule::Any(rules) => any(rules),
        Rule::Never => None,
        atom => match atom.evaluate(known, negated) {
            // What was not needed is not to blame.
            Verdict::Is(Truth::True) | Verdict::Needs(_) => Some(Vec::new()),
            Verdict::Is(truth) => {
                let (rule, name) = named(atom);
                Some(vec![Reason {
                    rule,
                    name,
                    wanted: !negated,
                    known: truth == Truth::False,
                }])
            }
        },
    }
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
