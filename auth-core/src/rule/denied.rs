#![allow(missing_docs, reason = "hidden: only expansions use these")]

use super::{PolicyShape, Rule, Truth, Verdict};
use crate::facts::Known;

/// What a policy's author tells clients that it denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeniedWords {
    pub code: &'static str,
    pub detail: Option<&'static str>,
}

impl DeniedWords {
    /// Those of the policy that decided: of the innermost that was named and didn't hold, as far as one alone is to
    /// blame, else of the policy itself.
    pub(crate) fn of<S>(
        rule: &'static Rule<S>,
        shape: &PolicyShape,
        known: &Known<'_>,
    ) -> Option<Self> {
        decisive(rule, known).or(shape.denied)
    }
}

fn decisive<S>(rule: &'static Rule<S>, known: &Known<'_>) -> Option<DeniedWords> {
    match rule {
        Rule::Named(shape, inner) if !holds(inner, known) => {
            decisive(inner, known).or(shape.denied)
        }
        // What is false decides, and of several what was written first.
        Rule::All(rules) => {
            let mut lacking = rules.iter().filter(|rule| !holds(rule, known));
            let first = lacking.clone().next()?;
            decisive(
                lacking.find(|rule| fails(rule, known)).unwrap_or(first),
                known,
            )
        }
        Rule::Any(rules) => {
            let mut words = rules.iter().map(|rule| decisive(rule, known));
            let first = words.next()??;
            words.all(|other| other == Some(first)).then_some(first)
        }
        _ => None,
    }
}

fn fails<S>(rule: &'static Rule<S>, known: &Known<'_>) -> bool {
    matches!(rule.evaluate(known, false), Verdict::Is(Truth::False))
}

fn holds<S>(rule: &'static Rule<S>, known: &Known<'_>) -> bool {
    matches!(rule.evaluate(known, false), Verdict::Is(Truth::True))
}
