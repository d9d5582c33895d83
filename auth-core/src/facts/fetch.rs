use std::{
    any::TypeId,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use http::request::Parts;

use super::{Deadline, Held, Keys, Known, Loaded, said};
use crate::{
    Truth, Why,
    account::{AskAccount, about},
    audit::timed,
    rule::{About, Ask, Fact, RelationFact, Standing, When},
};

/// Where the facts of a decision come from.
pub(crate) struct Sources<'a, S: 'static> {
    pub(crate) keys: Keys<'a>,
    pub(crate) request: Option<&'a Parts>,
    pub(crate) state: &'a S,
    pub(crate) deadline: Deadline,
    /// How old the caller's account may be, and how it is asked for.
    pub(crate) account: Option<(Duration, AskAccount<S>)>,
}

/// Finds one fact out and keeps the answer. A panic, an error and a deadline passed are answers
/// too: unknown.
pub(crate) async fn fetch<S: Sync>(fact: Fact<S>, known: &mut Known<'_>, sources: &Sources<'_, S>) {
    let (state, deadline) = (sources.state, sources.deadline);
    match fact {
        Fact::Resource(of) => {
            let _timed = timed(&fact);
            let fact = of;
            let load = (fact.load)(&sources.keys, sources.request, state);
            let loaded = deadline.within(load).await.unwrap_or_else(|why| {
                tracing::warn!(target: "auth_core::facts", resource = fact.kind, why = ?why, "a load failed");
                Loaded::Failed(why)
            });
            known.loaded(fact, loaded);
        }
        Fact::Relation(fact) => {
            let standing = match known.held(fact.on.of) {
                Some(Held::Value(value)) => related(fact, known, &[value], sources).await,
                _ => Err("nothing is there to ask about".to_owned()),
            };
            let first = |standings: Vec<_>| standings.first().copied().ok_or_else(no_answer);
            known.related(fact.id, standing.and_then(first));
        }
        Fact::Condition(when) => match when.ask {
            Ask::Call(_) => {
                let _timed = timed(&fact);
                when.call(known, state);
            }
            Ask::Wait(ask) => {
                let _timed = timed(&fact);
                let answer = deadline.within(ask(known, state)).await;
                let truth = answer.unwrap_or_else(|why| unanswered(when.shape.words, &why));
                known.answered(when, truth);
            }
            Ask::WaitTogether(_) => {
                let value = when.needs.iter().find_map(|need| known.held(need.0?.of));
                let truths = match value {
                    Some(Held::Value(value)) => together(when, known, &[value], sources).await,
                    _ => Vec::new(),
                };
                let truth = truths.first().copied();
                known.answered(when, truth.unwrap_or(Truth::Unknown(Why::Failed)));
            }
        },
        Fact::Account => {
            let _timed = timed(&fact);
            let answer = match (known.principal(), sources.account) {
                (Some(caller), Some((age, ask))) => {
                    let answer = deadline.within(ask(caller.blank(), age, state)).await;
                    answer.flatten().and_then(|account| about(caller, account))
                }
                _ => Err(no_answer()),
            };
            if let Err(why) = &answer {
                tracing::warn!(target: "auth_core::facts", why = ?why, "an account could not be told");
            }
            known.account_is(answer);
        }
    }
}

/// Asks a condition about several resources with one question.
pub(crate) async fn together<S>(
    when: &'static When<S>,
    known: &Known<'_>,
    about: About<'_>,
    sources: &Sources<'_, S>,
) -> Vec<Truth> {
    let Ask::WaitTogether(ask) = when.ask else {
        return vec![Truth::Unknown(Why::Failed); about.len()];
    };
    let _timed = timed(&Fact::Condition(when));
    let truths = sources
        .deadline
        .within(ask(known, about, sources.state))
        .await;
    truths.unwrap_or_else(|why| vec![unanswered(when.shape.words, &why); about.len()])
}

/// Asks a source of relations about several resources with one question.
pub(crate) async fn related<S>(
    fact: &'static RelationFact<S>,
    known: &Known<'_>,
    values: About<'_>,
    sources: &Sources<'_, S>,
) -> Result<Vec<Standing>, String> {
    let _timed = timed(&Fact::Relation(fact));
    let answer = sources
        .deadline
        .within((fact.ask)(known, values, sources.state))
        .await
        .flatten();
    if let Err(why) = &answer {
        let on = fact.on.kind;
        tracing::warn!(target: "auth_core::facts", on, why = ?why, "relations could not be told");
    }
    answer
}

fn no_answer() -> String {
    "no answer".to_owned()
}

impl<S> When<S> {
    /// Whether it looks at a resource of this type.
    pub(crate) fn looks_at(&self, of: TypeId) -> bool {
        let mut needs = self.needs.iter().filter_map(|need| need.0);
        needs.any(|fact| fact.of == of)
    }

    /// Asks a condition that needs no waiting.
    pub(crate) fn call(&self, known: &mut Known<'_>, state: &S) -> Truth {
        let Ask::Call(ask) = self.ask else {
            return Truth::Unknown(Why::Failed);
        };
        let answer = catch_unwind(AssertUnwindSafe(|| ask(known, state)));
        let truth = answer.unwrap_or_else(|panic| unanswered(self.shape.words, &said(&*panic)));
        known.answered(self, truth);
        truth
    }
}

fn unanswered(condition: &str, why: &str) -> Truth {
    tracing::warn!(target: "auth_core::facts", condition, why = ?why, "a condition failed");
    Truth::Unknown(Why::Failed)
}
