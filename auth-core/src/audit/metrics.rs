//! Figures about decisions, through the `metrics` crate: labels are names of the app's code, never what a client
//! sent, so there are no more of them than there are policies and kinds of facts.

use std::time::Instant;

use metrics::{Key, Label, Level, Metadata, histogram, with_recorder};

use crate::{
    DenialKind,
    rule::{Fact, PolicyShape},
};

/// Counts a decision. A grant's key is constant data, and counting it allocates nothing.
pub(crate) fn decided(shape: &'static PolicyShape, denial: Option<DenialKind>) {
    let granted = &shape.labels.0;
    let key = match denial {
        None => Key::from_static_parts(DECISIONS, granted),
        Some(kind) => {
            let [policy, _] = granted.clone();
            Key::from_parts(DECISIONS, vec![policy, Label::new("outcome", kind.code())])
        }
    };
    with_recorder(|recorder| recorder.register_counter(&key, &METADATA)).increment(1);
}

const DECISIONS: &str = "auth_decisions_total";
const METADATA: Metadata<'static> =
    Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

/// Measures how long a fact took to be found out.
pub(crate) struct Timed {
    began: Instant,
    fact: &'static str,
    name: &'static str,
}

impl Timed {
    pub(crate) fn of<S>(fact: &Fact<S>) -> Self {
        let (fact, name) = match fact {
            Fact::Resource(fact) => ("resource", fact.kind),
            Fact::Relation(fact) => ("relation", fact.on.kind),
            Fact::Condition(when) => ("condition", when.shape.words),
            Fact::Account => ("account", ""),
        };
        Self {
            began: Instant::now(),
            fact,
            name,
        }
    }
}

impl Drop for Timed {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        histogram!("auth_fact_seconds", "fact" => self.fact, "name" => self.name).record(took);
    }
}

/// Counts whether a token was remembered.
#[cfg(feature = "jwt")]
pub(crate) fn token_looked_up(remembered: bool) {
    let outcome = if remembered { "hit" } else { "miss" };
    metrics::counter!("auth_token_cache_total", "outcome" => outcome).increment(1);
}
