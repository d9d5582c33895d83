use std::{
    any::{Any, TypeId},
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    task::Poll,
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use http::request::Parts;

use super::{Held, Keys, Known, Loaded};
use crate::{
    Truth, Why,
    account::AskAccount,
    rule::{About, Ask, Fact, RelationFact, Standing, When},
};

/// Where the facts of a decision come from.
pub(crate) struct Sources<'a, S: 'static> {
    pub(crate) keys: Keys<'a>,
    pub(crate) request: Option<&'a Parts>,
    pub(crate) state: &'a S,
    pub(crate) deadline: Duration,
    /// How old the caller's account may be, and how it is asked for.
    pub(crate) account: Option<(Duration, AskAccount<S>)>,
}

impl<S> Sources<'_, S> {
    /// The same, which have so much time left.
    pub(crate) fn within(&self, left: Duration) -> Sources<'_, S> {
        Sources {
            keys: Keys {
                params: self.keys.params,
            },
            deadline: left,
            ..*self
        }
    }
}

/// Finds one fact out and keeps the answer. A panic, an error and a deadline passed are answers
/// too: unknown.
pub(crate) async fn fetch<S: Sync>(fact: Fact<S>, known: &mut Known<'_>, sources: &Sources<'_, S>) {
    let (state, deadline) = (sources.state, sources.deadline);
    #[cfg(feature = "metrics")]
    let _timed = crate::audit::metrics::Timed::of(&fact);
    match fact {
        Fact::Resource(fact) => {
            let load = (fact.load)(&sources.keys, sources.request, state);
            let loaded = within(deadline, load).await.unwrap_or_else(|why| {
                tracing::warn!(target: "auth_core::facts", resource = fact.kind, why, "a load failed");
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
                when.call(known, state);
            }
            Ask::Wait(ask) => {
                let answer = within(deadline, ask(known, state)).await;
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
            let answer = match (known.principal(), sources.account) {
                (Some(caller), Some((age, ask))) => {
                    within(deadline, ask(caller.blank(), age, state))
                        .await
                        .flatten()
                }
                _ => Err(no_answer()),
            };
            if let Err(why) = &answer {
                tracing::warn!(target: "auth_core::facts", why, "an account could not be told");
            }
            known.account_is(answer);
        }
    }
}

/// Asks a condition about several resources with one question.
pub(crate) async fn together<S>(
    when: &When<S>,
    known: &Known<'_>,
    about: About<'_>,
    sources: &Sources<'_, S>,
) -> Vec<Truth> {
    let Ask::WaitTogether(ask) = when.ask else {
        return vec![Truth::Unknown(Why::Failed); about.len()];
    };
    let truths = within(sources.deadline, ask(known, about, sources.state)).await;
    truths.unwrap_or_else(|why| vec![unanswered(when.shape.words, &why); about.len()])
}

/// Asks a source of relations about several resources with one question.
pub(crate) async fn related<S>(
    fact: &RelationFact<S>,
    known: &Known<'_>,
    values: About<'_>,
    sources: &Sources<'_, S>,
) -> Result<Vec<Standing>, String> {
    let answer = within(sources.deadline, (fact.ask)(known, values, sources.state))
        .await
        .flatten();
    if let Err(why) = &answer {
        let on = fact.on.kind;
        tracing::warn!(target: "auth_core::facts", on, why, "relations could not be told");
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
    tracing::warn!(target: "auth_core::facts", condition, why, "a condition failed");
    Truth::Unknown(Why::Failed)
}

/// The answer of work that may panic, and may take so long and no longer.
pub(crate) async fn within<T>(deadline: Duration, work: BoxFuture<'_, T>) -> Result<T, String> {
    let mut work = AssertUnwindSafe(work).catch_unwind();
    // What is there at once needs no timer, which costs more than the rest of a decision.
    let answer = match poll_fn(|cx| Poll::Ready(work.poll_unpin(cx))).await {
        Poll::Ready(answer) => answer,
        Poll::Pending => match tokio::time::timeout(deadline, work).await {
            Ok(answer) => answer,
            Err(_) => return Err(format!("no answer within {deadline:?}")),
        },
    };
    answer.map_err(|panic| said(&*panic))
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("it panicked: {:?}", text.unwrap_or("no text"))
}
