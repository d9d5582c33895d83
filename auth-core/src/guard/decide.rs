use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::{
    Principal, Truth, Why,
    account::{Account, AskAccount, Reread},
    audit::{self, Audited, Began, Granting, HandlerName},
    authentication::slot::{Slot, slot},
    denial::{DenialKind, Denied},
    facts::{Answers, Asker, Deadline, Keys, Known, Resources, Sources, fetch},
    rule::{DeniedWords, Fact, PolicyKind, PolicyShape, Rule, Verdict},
};

/// A grant, kept in the request for the extractors that hand out what it proves.
pub(crate) struct Decision {
    pub(crate) shape: &'static PolicyShape,
    pub(crate) resources: Resources,
    pub(crate) granting: Granting,
    /// When all must be there that the decision didn't need and the handler asks for.
    pub(crate) handed_out_by: Option<Deadline>,
}

/// A policy's rule, and how its account is asked for, in an app with the state `S`.
pub(crate) struct Ruling<S: 'static> {
    pub(crate) rule: &'static Rule<S>,
    pub(crate) shape: &'static PolicyShape,
    pub(crate) account: Option<AskAccount<S>>,
}

/// Decides one request. What needs no waiting is decided in place; only
/// a rule that has to wait pays for a future of its own.
pub(crate) async fn decide<S: Sync>(
    ruling: Ruling<S>,
    request: &mut Parts,
    state: &S,
) -> Result<(), Denied> {
    if ruling.shape.kind == PolicyKind::Requires
        && let Some(slot) = request.extensions.get_mut::<Slot>()
    {
        slot.handler = Some(HandlerName::declared(ruling.shape));
    }
    let decided = decided(ruling, request, state).await;
    // A refusal after another guard's grant takes its place, unless the handler puts it aside.
    let mut decision = decided.map_err(|denied| denied.instead_of(Granting::of(request)))?;
    if let Some(slot) = request.extensions.get_mut::<Slot>() {
        if let Some(before) = slot.decision.take() {
            decision.granting = decision.granting.after(before.granting);
        }
        slot.decision = Some(decision);
    }
    Ok(())
}

async fn decided<S: Sync>(
    ruling: Ruling<S>,
    request: &mut Parts,
    state: &S,
) -> Result<Decision, Denied> {
    let account = Account::default();
    let at_once = {
        let slot = slot(request).ok_or_else(Denied::unwired)?;
        if !ruling.shape.is_public() {
            slot.asked.by_a_guard();
        }
        let began = Began::now(Some(&slot.edge));
        let mut known = ruling.known(slot, request, &account);
        match at_once(ruling.rule, &mut known, state) {
            Verdict::Is(truth) => match ruling.outcome(&known, truth) {
                Ok(()) => Ok(Decision {
                    shape: ruling.shape,
                    resources: Resources::default(),
                    granting: ruling.granting(&known, slot, request, began),
                    handed_out_by: None,
                }),
                Err(kind) => return Err(ruling.refuse(known, kind, slot, request, began)),
            },
            Verdict::Needs(fact) => Err((known.into_answers(), fact, began)),
        }
    };
    match at_once {
        Ok(decision) => Ok(decision),
        Err((answers, fact, began)) => {
            Box::pin(ruling.after_waiting(answers, fact, request, state, began)).await
        }
    }
}

impl<S: Sync> Ruling<S> {
    fn known<'a>(&self, slot: &'a Slot, request: &'a Parts, account: &'a Account) -> Known<'a> {
        let caller = slot.caller.as_ref();
        let asker = Asker {
            caller,
            request: Some(request),
            account: self.shape.fresh.and(caller).map(|_| account),
            tenants_apart: self.shape.tenancy.apart,
            hides: self.shape.hide,
            ..Asker::default()
        };
        Known::new(asker)
    }

    async fn after_waiting(
        self,
        answers: Answers,
        needed: Fact<S>,
        request: &mut Parts,
        state: &S,
        began: Began,
    ) -> Result<Decision, Denied> {
        let params = RawPathParams::from_request_parts(request, &()).await.ok();
        let account = Account::default();
        let slot = slot(request).ok_or_else(Denied::unwired)?;
        let mut known = self.known(slot, request, &account);
        known.resume(answers);
        let sources = Sources {
            keys: Keys {
                params: params.as_ref(),
            },
            request: Some(request),
            state,
            deadline: Deadline::after(slot.edge.deadline),
            account: self.shape.fresh.zip(self.account),
        };
        let truth = settle(self.rule, needed, &mut known, &sources).await;
        match self.outcome(&known, truth) {
            Ok(()) => Ok(Decision {
                shape: self.shape,
                granting: self.granting(&known, slot, request, began),
                handed_out_by: None,
                resources: known.into_answers().into_resources(),
            }),
            Err(kind) => Err(self.refuse(known, kind, slot, request, began)),
        }
    }

    fn audited<'a>(
        &self,
        denial: Option<(DenialKind, &'a str)>,
        slot: &'a Slot,
        request: &'a Parts,
    ) -> Audited<'a> {
        Audited {
            shape: self.shape,
            request: Some(request),
            caller: slot.caller.as_ref(),
            granted_items: None,
            besides: None,
            denial,
        }
    }

    fn granting(&self, known: &Known<'_>, slot: &Slot, request: &Parts, began: Began) -> Granting {
        let audited = self.audited(None, slot, request);
        audit::granting(self.rule, known, &audited, began)
    }

    fn outcome(&self, known: &Known<'_>, truth: Truth) -> Result<(), DenialKind> {
        outcome(self.rule, self.shape, known, truth)
    }

    fn refuse(
        &self,
        mut known: Known<'_>,
        kind: DenialKind,
        slot: &Slot,
        request: &Parts,
        began: Began,
    ) -> Denied {
        let (rule, shape) = (self.rule, self.shape);
        let (mut kind, mut scopes) = (kind, Vec::new());
        if kind == DenialKind::Forbidden && only_scopes_lack(rule, &mut known) {
            lacking_scopes(rule, slot.caller.as_ref(), false, &mut scopes);
            kind = DenialKind::InsufficientScope;
        }
        let explanation = audit::explain(rule, shape, &known);
        let audited = self.audited(Some((kind, &explanation)), slot, request);
        audit::keep(rule, &known, &audited, began);
        let denial = audit::Denial {
            kind,
            caller: slot.caller.as_ref(),
            request: Some(request),
            shape: Some(shape),
            explanation,
        };
        let words = DeniedWords::of(rule, shape, &known);
        denial.refuse().lacking(&scopes).worded(words)
    }
}

/// Comes to a truth without waiting for anything, or to the first fact that must be waited for.
pub(crate) fn at_once<S>(rule: &'static Rule<S>, known: &mut Known<'_>, state: &S) -> Verdict<S> {
    loop {
        match rule.evaluate_or_call(known, state, false) {
            // A fresh rule holds on the caller as the credential states them, and as the account is now.
            Verdict::Is(Truth::True) if known.awaits_account() => {
                return Verdict::Needs(Fact::Account);
            }
            Verdict::Is(Truth::True) if known.look_again(rule) => {}
            verdict => return verdict,
        }
    }
}

/// Fetches what the rule needs, one fact after the other, until it comes to a truth.
pub(crate) async fn settle<S: Sync>(
    rule: &'static Rule<S>,
    mut needed: Fact<S>,
    known: &mut Known<'_>,
    sources: &Sources<'_, S>,
) -> Truth {
    loop {
        fetch(needed, known, sources).await;
        match at_once(rule, known, sources.state) {
            Verdict::Is(truth) => return truth,
            Verdict::Needs(fact) => needed = fact,
        }
    }
}

/// What a truth comes to: a grant, or a row of the table. A login is looked at when all else holds.
pub(crate) fn outcome<S>(
    rule: &'static Rule<S>,
    shape: &PolicyShape,
    known: &Known<'_>,
    truth: Truth,
) -> Result<(), DenialKind> {
    match known.reread() {
        Some(Reread::Gone) => return Err(DenialKind::InvalidToken),
        Some(Reread::Failed(_)) => return Err(DenialKind::Unavailable),
        Some(Reread::Is { .. }) | None => {}
    }
    if truth != Truth::True {
        return Err(kind(rule, shape, known, truth));
    }
    let lacking = match known.principal() {
        Some(caller) => shape
            .login_lacks(caller, || known.now())
            .map(|_| DenialKind::InsufficientUserAuthentication),
        None => shape.steps_up().then_some(DenialKind::Unauthenticated),
    };
    lacking.map_or(Ok(()), Err)
}

fn kind<S>(
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
    let nobody = Known::new(Asker::default());
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
