use std::time::Duration;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::{
    Principal, Truth, Why, audit,
    authentication::slot::{Slot, slot},
    denial::{DenialKind, Denied},
    facts::{Answers, Keys, Known, fetch},
    rule::{Ask, Fact, PolicyShape, Rule, Verdict, When},
};

/// A grant, kept in the request for the extractors that hand out what it proves.
pub(crate) struct Decision {
    pub(crate) shape: &'static PolicyShape,
    pub(crate) answers: Answers,
}

/// Decides one request. What needs no waiting is decided in place; only
/// a rule that has to wait pays for a future of its own.
pub(crate) async fn decide<S: Sync>(
    rule: &'static Rule<S>,
    shape: &'static PolicyShape,
    request: &mut Parts,
    state: &S,
) -> Result<(), Denied> {
    let answers = match at_once(rule, shape, request, state) {
        AtOnce::Granted(answers) => answers,
        AtOnce::Denied(denied) => return Err(denied),
        AtOnce::Pending(answers) => {
            Box::pin(after_waiting(rule, shape, answers, request, state)).await?
        }
    };
    if let Some(slot) = request.extensions.get_mut::<Slot>() {
        slot.decision = Some(Decision { shape, answers });
    }
    Ok(())
}

enum AtOnce {
    Granted(Answers),
    Denied(Denied),
    Pending(Answers),
}

fn at_once<S>(
    rule: &'static Rule<S>,
    shape: &'static PolicyShape,
    request: &Parts,
    state: &S,
) -> AtOnce {
    let Some(slot) = slot(request) else {
        return AtOnce::Denied(Denied::unwired());
    };
    let mut known = Known::new(slot.caller.as_ref(), Some(request), Answers::default());
    loop {
        match rule.evaluate(&known, false) {
            Verdict::Is(Truth::True) => return AtOnce::Granted(known.into_answers()),
            Verdict::Is(truth) => {
                return AtOnce::Denied(refuse(rule, shape, known, truth, slot, request));
            }
            Verdict::Needs(Fact::Condition(
                when @ When {
                    ask: Ask::Call(_), ..
                },
            )) => {
                when.call(&mut known, state);
            }
            Verdict::Needs(_) => return AtOnce::Pending(known.into_answers()),
        }
    }
}

async fn after_waiting<S: Sync>(
    rule: &'static Rule<S>,
    shape: &'static PolicyShape,
    answers: Answers,
    request: &mut Parts,
    state: &S,
) -> Result<Answers, Denied> {
    let params = RawPathParams::from_request_parts(request, &()).await.ok();
    let keys = Keys {
        params: params.as_ref(),
    };
    let Some(slot) = slot(request) else {
        return Err(Denied::unwired());
    };
    let known = Known::new(slot.caller.as_ref(), Some(request), answers);
    let (truth, known) = settle(rule, known, &keys, Some(request), state, slot.edge.deadline).await;
    match truth {
        Truth::True => Ok(known.into_answers()),
        truth => Err(refuse(rule, shape, known, truth, slot, request)),
    }
}

/// Fetches what the rule needs, one fact after the other, until it comes to a truth.
pub(crate) async fn settle<'a, S: Sync>(
    rule: &'static Rule<S>,
    mut known: Known<'a>,
    keys: &Keys<'_>,
    request: Option<&Parts>,
    state: &S,
    deadline: Duration,
) -> (Truth, Known<'a>) {
    loop {
        match rule.evaluate(&known, false) {
            Verdict::Is(truth) => return (truth, known),
            Verdict::Needs(fact) => {
                fetch(fact, &mut known, keys, request, state, deadline).await;
            }
        }
    }
}

fn refuse<S>(
    rule: &'static Rule<S>,
    shape: &'static PolicyShape,
    mut known: Known<'_>,
    truth: Truth,
    slot: &Slot,
    request: &Parts,
) -> Denied {
    let kind = kind(rule, shape, &known, truth);
    let mut scopes = Vec::new();
    let kind = if kind == DenialKind::Forbidden && only_scopes_lack(rule, &mut known) {
        lacking_scopes(rule, slot.caller.as_ref(), false, &mut scopes);
        DenialKind::InsufficientScope
    } else {
        kind
    };
    let explanation = audit::explain(rule, &known);
    audit::Denial {
        kind,
        caller: slot.caller.as_ref(),
        request: Some(request),
        shape: Some(shape),
        explanation: &explanation,
    }
    .log();
    Denied::at(kind, &slot.edge)
        .lacking(scopes)
        .explained(explanation)
}

pub(crate) fn kind<S>(
    rule: &'static Rule<S>,
    shape: &PolicyShape,
    known: &Known<'_>,
    truth: Truth,
) -> DenialKind {
    match truth {
        Truth::Unknown(Why::Failed) => DenialKind::Unavailable,
        _ if known.principal().is_none() => {
            if shape.hide && !never_for_nobody(rule) {
                DenialKind::NotFound
            } else {
                DenialKind::Unauthenticated
            }
        }
        Truth::Unknown(Why::Missing) => DenialKind::NotFound,
        _ if shape.hide => DenialKind::NotFound,
        _ => DenialKind::Forbidden,
    }
}

/// Whether the rule is false for nobody whatever the facts: then a 401 says nothing about them.
fn never_for_nobody<S>(rule: &'static Rule<S>) -> bool {
    let nobody = Known::new(None, None, Answers::default());
    matches!(rule.evaluate(&nobody, false), Verdict::Is(Truth::False))
}

fn only_scopes_lack<S>(rule: &'static Rule<S>, known: &mut Known<'_>) -> bool {
    known.assume_scopes(true);
    let verdict = rule.evaluate(known, false);
    known.assume_scopes(false);
    matches!(verdict, Verdict::Is(Truth::True))
}

fn lacking_scopes<S>(
    rule: &'static Rule<S>,
    caller: Option<&Principal>,
    negated: bool,
    into: &mut Vec<&'static str>,
) {
    match rule {
        Rule::Scope(scope) => {
            let held = caller.is_some_and(|caller| caller.has_scope(scope));
            if !negated && !held && !into.contains(scope) {
                into.push(scope);
            }
        }
        Rule::Named(_, rule) => lacking_scopes(rule, caller, negated, into),
        Rule::Not(rule) => lacking_scopes(rule, caller, !negated, into),
        Rule::All(rules) | Rule::Any(rules) => {
            for rule in *rules {
                lacking_scopes(rule, caller, negated, into);
            }
        }
        _ => {}
    }
}
