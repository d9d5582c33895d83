#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::{
    any::{Any, TypeId},
    fmt, mem,
    sync::OnceLock,
    time::SystemTime,
};

use axum::extract::RawPathParams;

use super::{
    Answers, Context,
    answers::{Kept, Loaded},
    asker::{Asker, Given},
    common::Common,
    parents::Parents,
};
use crate::{
    Identity, Principal, Resource, Truth, Why,
    account::Reread,
    authentication::slot::{edge, slot},
    resource::in_tenant,
    rule::{Names, ResourceFact, Rule, Standing, When},
};

/// What is known so far while one decision is made.
pub struct Known<'a> {
    asker: Asker<'a>,
    context: OnceLock<Context>,
    given: Option<Given<'a>>,
    /// Whether the rule is looked at as of the account, after it held as the credential states the caller.
    again: bool,
    answers: Answers,
    common: Common,
    parents: Parents,
    assumes_scopes: bool,
}

/// A resource as the evaluator sees it.
pub(crate) enum Held<'a> {
    Value(&'a (dyn Any + Send + Sync)),
    Unknown(Why),
}

/// The path parameters keys are read from.
pub struct Keys<'a> {
    pub(crate) params: Option<&'a RawPathParams>,
}

/// A path may hold what opens something.
impl fmt::Debug for Keys<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl<'a> Known<'a> {
    pub(crate) fn new(asker: Asker<'a>) -> Self {
        Self {
            asker,
            context: OnceLock::new(),
            given: None,
            again: false,
            answers: Answers::default(),
            common: Common::default(),
            parents: Parents::default(),
            assumes_scopes: false,
        }
    }

    /// Goes on from what was found out before.
    pub(crate) fn resume(&mut self, answers: Answers) {
        self.answers = answers;
    }

    /// What time it is: what an asker outside a request states, or what the router's clock says.
    pub(crate) fn now(&self) -> SystemTime {
        let stated = self.asker.stated.and_then(|stated| stated.now);
        let edge = edge(self.asker.request, self.asker.caller);
        stated.unwrap_or_else(|| edge.map_or_else(SystemTime::now, |edge| edge.clock.now()))
    }

    /// The caller; none for nobody.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        match self.reread() {
            Some(Reread::Is { stated, .. }) if !self.again => Some(stated),
            Some(Reread::Is { now, .. }) => Some(now),
            _ => self.asker.caller,
        }
    }

    /// What became of asking for the account; none where it was not asked for.
    pub(crate) fn reread(&self) -> Option<&'a Reread> {
        self.asker.account?.get()
    }

    /// Whether the account may still have to be asked for.
    pub(crate) fn awaits_account(&self) -> bool {
        self.asker
            .account
            .is_some_and(|account| account.get().is_none())
    }

    /// Whether only the account can tell which tenant the caller acts for.
    pub(crate) fn awaits_tenant(&self) -> bool {
        let stated = |caller: &Principal| caller.states_all() || caller.tenant().is_some();
        self.asker.tenants_apart && self.awaits_account() && !self.asker.caller.is_some_and(stated)
    }

    pub(crate) fn account_is(&self, answer: Result<Option<Identity>, String>) {
        if let (Some(account), Some(caller)) = (self.asker.account, self.asker.caller) {
            account.answered(caller, answer);
        }
    }

    /// Looks at the rule as of the account, once it held as the credential states the caller: what
    /// depends on who calls is asked anew. False where it was looked at so already.
    pub(crate) fn look_again<S>(&mut self, rule: &'static Rule<S>) -> bool {
        if self.again || !matches!(self.reread(), Some(Reread::Is { .. })) {
            return false;
        }
        self.again = true;
        let told = self.is_told();
        if told {
            self.context.take();
        }
        about_caller(rule, told, &mut |condition| self.common.forget(condition));
        self.common.forget_standings();
        self.forget_callers(rule);
        true
    }

    /// Forgets what depends on who calls, of what is known of this one resource.
    pub(crate) fn forget_callers<S>(&mut self, rule: &'static Rule<S>) {
        let told = self.is_told();
        about_caller(rule, told, &mut |condition| self.answers.forget(condition));
    }

    /// Whether the router tells anything of its requests.
    fn is_told(&self) -> bool {
        let slot = self.asker.request.and_then(slot);
        slot.is_some_and(|slot| !slot.edge.told.is_empty())
    }

    /// Whether the rule was looked at as of the account.
    pub(crate) fn looks_again(&self) -> bool {
        self.again
    }

    /// The request's circumstances.
    #[must_use]
    pub fn context(&self) -> &Context {
        self.context.get_or_init(|| match self.asker.request {
            Some(request) => match self.reread() {
                Some(Reread::Is { now, .. }) if self.again && self.is_told() => {
                    Context::of_another(request, self.now(), now)
                }
                _ => Context::of(request, self.now()),
            },
            None => Context::outside(self.asker.stated, self.now()),
        })
    }

    /// A loaded resource; none where it is missing or was not loaded.
    #[must_use]
    pub fn resource<T: 'static>(&self) -> Option<&T> {
        match self.held(TypeId::of::<T>()) {
            Some(Held::Value(value)) => value.downcast_ref(),
            _ => None,
        }
    }

    pub(crate) fn held(&self, of: TypeId) -> Option<Held<'_>> {
        if let Some(given) = self.given_of(of) {
            return Some(self.shown(given.value, given.in_tenant));
        }
        let Kept {
            loaded, in_tenant, ..
        } = self.answers.resources.get(of)?;
        Some(match loaded {
            Loaded::Found(value) => self.shown(&**value, *in_tenant),
            Loaded::Missing | Loaded::OfAnother(_) => Held::Unknown(Why::Missing),
            Loaded::Failed(_) | Loaded::Taken => Held::Unknown(Why::Failed),
        })
    }

    fn given_of(&self, of: TypeId) -> Option<Given<'a>> {
        let beside = self.asker.stated.map_or(&[][..], |stated| &stated.given);
        let mut all = self.given.iter().chain(beside);
        all.find(|given| given.of == of).copied()
    }

    /// A resource as the caller may know it: another tenant's is a missing one.
    fn shown<'v>(&self, value: &'v (dyn Any + Send + Sync), in_tenant: Option<Names>) -> Held<'v> {
        match in_tenant {
            Some(in_tenant) if !self.may_know(value, in_tenant) => Held::Unknown(Why::Missing),
            _ => Held::Value(value),
        }
    }

    /// A resource that is there, whoever may know of it.
    #[cfg(feature = "audit")]
    pub(crate) fn found(&self, of: TypeId) -> Option<&(dyn Any + Send + Sync)> {
        if let Some(given) = self.given_of(of) {
            return Some(given.value);
        }
        match &self.answers.resources.get(of)?.loaded {
            Loaded::Found(value) => Some(&**value),
            _ => None,
        }
    }

    pub(crate) fn failure(&self, of: TypeId) -> Option<&str> {
        match &self.answers.resources.get(of)?.loaded {
            Loaded::Failed(why) => Some(why),
            _ => None,
        }
    }

    /// The kind of parent that the path names, where the resource is not under it.
    pub(crate) fn of_another(&self, of: TypeId) -> Option<&'static str> {
        match self.answers.resources.get(of)?.loaded {
            Loaded::OfAnother(parent) => Some(parent),
            _ => None,
        }
    }

    /// Whether it is there, and the caller may not know of it.
    pub(crate) fn is_another_tenants(&self, of: TypeId) -> bool {
        let given = self.given_of(of).is_some();
        let found = self.answers.resources.get(of);
        let found = found.is_some_and(|kept| matches!(kept.loaded, Loaded::Found(_)));
        (given || found) && matches!(self.held(of), Some(Held::Unknown(_)))
    }

    /// How the caller stands to a resource, as a source of relations answered; its failure in words.
    pub(crate) fn standing(&self, of: TypeId) -> Option<Result<Standing, &str>> {
        self.common.standing(of)
    }

    pub(crate) fn related(&mut self, of: TypeId, answer: Result<Standing, String>) {
        self.common.related(of, answer);
    }

    pub(crate) fn answer(&self, of: TypeId) -> Option<Truth> {
        self.answers.answer(of).or_else(|| self.common.answer(of))
    }

    /// Keeps what a condition answered: for all of a list's items, where it looks at none.
    pub(crate) fn answered<S>(&mut self, when: &When<S>, truth: Truth) {
        match self.common.of() {
            Some(items) if !when.looks_at(items) => self.common.answered(when.id, truth),
            _ => self.answers.answered(when.id, truth),
        }
    }

    /// Keeps what became of loading a resource.
    pub(crate) fn loaded<S>(&mut self, fact: &ResourceFact<S>, loaded: Loaded) {
        self.answers.resources.put(Kept {
            of: fact.of,
            loaded,
            in_tenant: fact.in_tenant,
        });
    }

    fn may_know(&self, value: &(dyn Any + Send + Sync), in_tenant: Names) -> bool {
        let is_callers = || {
            self.principal()
                .is_some_and(|caller| in_tenant(value, caller))
        };
        !self.asker.tenants_apart || is_callers()
    }

    /// Whether the caller may know of a resource that stands on the way to another.
    pub(crate) fn may_know_of<T: Resource>(&self, value: &T) -> bool {
        !T::OF_A_TENANT || self.may_know(value, in_tenant::<T>)
    }

    /// What an atom counts as in the decision. Where a denial must not tell what is there from what isn't, what is
    /// missing decides as what denies would, in either polarity: were it unknown, what else the rule asks
    /// would be asked of the missing alone, and its answer would tell.
    pub(crate) fn weighed(&self, truth: Truth) -> Truth {
        match truth {
            Truth::Unknown(Why::Missing) if self.asker.hides => Truth::False,
            truth => truth,
        }
    }

    /// Turns to an item of a list, with what is known of that one alone.
    pub(crate) fn turn_to<T: Resource>(
        &mut self,
        item: usize,
        value: &'a T,
        answers: Option<Box<Answers>>,
    ) {
        match answers {
            Some(answers) => self.answers = *answers,
            None if self.answers.is_empty() => {}
            None => self.answers = Answers::default(),
        }
        self.common.turn_to(item);
        self.lend(value);
    }

    /// Turns to what all of a list's items have in common.
    pub(crate) fn turn_from_items(&mut self) {
        self.answers = Answers::default();
        self.given = None;
    }

    /// Lends the resource that is asked about, instead of loading it.
    pub(crate) fn lend<T: Resource>(&mut self, value: &'a T) {
        self.given = Some(Given::of(value));
    }

    /// Whether every scope counts as granted: asked after a denial, to tell whether scopes alone
    /// were lacking.
    pub(crate) fn assumes_scopes(&self) -> bool {
        self.assumes_scopes
    }

    pub(crate) fn assume_scopes(&mut self, assumed: bool) {
        self.assumes_scopes = assumed;
    }

    /// What is known of one item alone; none where nothing is.
    pub(crate) fn take_answers(&mut self) -> Option<Box<Answers>> {
        (!self.answers.is_empty()).then(|| Box::new(mem::take(&mut self.answers)))
    }

    /// Decides about a list of so many items from now on.
    pub(crate) fn turn_to_list<T: Resource>(&mut self, items: usize) {
        self.common = Common::list(TypeId::of::<T>(), items);
    }

    /// What was found on the way to relations.
    pub(crate) fn parents(&self) -> &Parents {
        &self.parents
    }

    /// What is known of all of a list's items.
    pub(crate) fn common(&mut self) -> &mut Common {
        &mut self.common
    }

    pub(crate) fn into_answers(self) -> Answers {
        self.answers
    }
}

/// Meets each condition of a rule whose answer may depend on who calls.
fn about_caller<S>(rule: &'static Rule<S>, told: bool, meet: &mut impl FnMut(TypeId)) {
    rule.each_atom(&mut |atom| {
        if let Rule::When(when) = atom
            && (when.shape.sees_principal || told && when.shape.sees_context)
        {
            meet(when.id);
        }
    });
}

impl fmt::Debug for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known")
            .field("caller", &self.asker.caller)
            .finish_non_exhaustive()
    }
}
