#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::{
    any::{Any, TypeId},
    fmt, mem,
    sync::OnceLock,
    time::SystemTime,
};

use axum::extract::RawPathParams;
use http::request::Parts;

use super::{Circumstances, Context, common::Common};
use crate::{
    Principal, Resource, Truth, Why,
    authentication::slot::slot,
    resource::in_tenant,
    rule::{Names, ResourceFact, Standing},
};

/// What is known so far while one decision is made.
pub struct Known<'a> {
    caller: Option<&'a Principal>,
    request: Option<&'a Parts>,
    circumstances: Option<&'a Circumstances>,
    context: OnceLock<Context>,
    given: Option<(TypeId, &'a (dyn Any + Send + Sync))>,
    answers: Answers,
    common: Common,
    assumes_scopes: bool,
    tenants_apart: bool,
}

/// The facts fetched for a decision. Empty, it owns no memory.
#[derive(Default)]
pub(crate) struct Answers {
    conditions: [Option<(TypeId, Truth)>; INLINE],
    more_conditions: Vec<(TypeId, Truth)>,
    standings: Vec<(TypeId, Result<Standing, String>)>,
    resources: Resources,
}

/// Answers of so many conditions are kept without an allocation.
const INLINE: usize = 4;

/// The resources loaded for a decision; the first of them is kept without an allocation.
#[derive(Default)]
pub(crate) struct Resources {
    first: Option<(TypeId, Loaded)>,
    more: Vec<(TypeId, Loaded)>,
}

/// What became of loading a resource.
pub enum Loaded {
    Found(Box<dyn Any + Send + Sync>),
    Missing,
    /// It is there, and nothing is told about it.
    AnotherTenants,
    /// It is there, and not under the parent of this kind that the path names.
    OfAnother(&'static str),
    Failed(String),
}

/// A resource as the evaluator sees it.
pub(crate) enum Held<'a> {
    Value(&'a (dyn Any + Send + Sync)),
    Unknown(Why),
}

/// The path parameters keys are read from.
#[derive(Debug)]
pub struct Keys<'a> {
    pub(crate) params: Option<&'a RawPathParams>,
}

impl<'a> Known<'a> {
    pub(crate) fn new(
        caller: Option<&'a Principal>,
        request: Option<&'a Parts>,
        answers: Answers,
    ) -> Self {
        Self {
            caller,
            request,
            circumstances: None,
            context: OnceLock::new(),
            given: None,
            answers,
            common: Common::default(),
            assumes_scopes: false,
            tenants_apart: false,
        }
    }

    /// Under circumstances that the asker states, outside a request.
    pub(crate) fn under(mut self, circumstances: &'a Circumstances) -> Self {
        self.circumstances = Some(circumstances);
        self
    }

    /// What time it is: the router's clock's in a request, what the asker states outside of one.
    pub(crate) fn now(&self) -> SystemTime {
        let clock = self.request.and_then(slot).map(|slot| &slot.edge.clock);
        match (clock, self.circumstances.and_then(|stated| stated.now)) {
            (Some(clock), _) => clock.now(),
            (None, Some(now)) => now,
            (None, None) => SystemTime::now(),
        }
    }

    /// Whether what is another tenant's is missing to the caller.
    pub(crate) fn tenants_apart(mut self, apart: bool) -> Self {
        self.tenants_apart = apart;
        self
    }

    /// The caller; none for nobody.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.caller
    }

    /// The request's circumstances.
    #[must_use]
    pub fn context(&self) -> &Context {
        self.context.get_or_init(|| match self.request {
            Some(request) => Context::of(request, self.now()),
            None => Context::outside(self.circumstances, self.now()),
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
        if let Some((given, value)) = self.given
            && given == of
        {
            return Some(Held::Value(value));
        }
        self.answers.resources.get(of).map(|loaded| match loaded {
            Loaded::Found(value) => Held::Value(&**value),
            Loaded::Missing | Loaded::AnotherTenants | Loaded::OfAnother(_) => {
                Held::Unknown(Why::Missing)
            }
            Loaded::Failed(_) => Held::Unknown(Why::Failed),
        })
    }

    pub(crate) fn failure(&self, of: TypeId) -> Option<&str> {
        match self.answers.resources.get(of) {
            Some(Loaded::Failed(why)) => Some(why),
            _ => None,
        }
    }

    /// The kind of parent that the path names, where the resource is not under it.
    pub(crate) fn of_another(&self, of: TypeId) -> Option<&'static str> {
        match self.answers.resources.get(of) {
            Some(Loaded::OfAnother(parent)) => Some(parent),
            _ => None,
        }
    }

    pub(crate) fn is_another_tenants(&self, of: TypeId) -> bool {
        matches!(self.answers.resources.get(of), Some(Loaded::AnotherTenants))
    }

    /// How the caller stands to a resource, as a source of relations answered; its failure in words.
    pub(crate) fn standing(&self, of: TypeId) -> Option<Result<Standing, &str>> {
        let mut all = self.answers.standings.iter();
        match all.find(|(id, _)| *id == of) {
            Some((_, Ok(standing))) => Some(Ok(*standing)),
            Some((_, Err(why))) => Some(Err(why)),
            None => self.common.standing(of),
        }
    }

    pub(crate) fn related(&mut self, of: TypeId, answer: Result<Standing, String>) {
        self.answers.standings.push((of, answer));
    }

    pub(crate) fn answer(&self, of: TypeId) -> Option<Truth> {
        self.answers.answer(of).or_else(|| self.common.answer(of))
    }

    pub(crate) fn answered(&mut self, of: TypeId, truth: Truth) {
        self.answers.answered(of, truth);
    }

    /// Keeps what became of loading a resource, if the caller may know of it.
    pub(crate) fn loaded<S>(&mut self, fact: &ResourceFact<S>, loaded: Loaded) {
        let loaded = match (loaded, fact.in_tenant) {
            (Loaded::Found(value), Some(in_tenant)) if !self.may_know(&*value, in_tenant) => {
                Loaded::AnotherTenants
            }
            (loaded, _) => loaded,
        };
        self.answers.resources.put(fact.of, loaded);
    }

    fn may_know(&self, value: &(dyn Any + Send + Sync), in_tenant: Names) -> bool {
        let is_callers = || self.caller.is_some_and(|caller| in_tenant(value, caller));
        !self.tenants_apart || is_callers()
    }

    /// Whether the caller may know of a resource that stands on the way to another.
    pub(crate) fn may_know_of<T: Resource>(&self, value: &T) -> bool {
        !T::OF_A_TENANT || self.may_know(value, in_tenant::<T>)
    }

    /// Lends a resource that the asker has, instead of loading it.
    pub(crate) fn given<T: Resource>(mut self, value: &'a T) -> Self {
        self.lend(value);
        self
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
        self.given = None;
        self.lend(value);
    }

    fn lend<T: Resource>(&mut self, value: &'a T) {
        if self.may_know_of(value) {
            self.given = Some((TypeId::of::<T>(), value));
        } else {
            let resources = &mut self.answers.resources;
            resources.put(TypeId::of::<T>(), Loaded::AnotherTenants);
        }
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

    /// What is known of all of a list's items.
    pub(crate) fn common(&mut self) -> &mut Common {
        &mut self.common
    }

    pub(crate) fn into_answers(self) -> Answers {
        self.answers
    }
}

impl Answers {
    /// What a condition answered.
    pub(crate) fn answer(&self, of: TypeId) -> Option<Truth> {
        let inline = self.conditions.iter().flatten();
        let mut all = inline.chain(&self.more_conditions);
        all.find(|(id, _)| *id == of).map(|(_, truth)| *truth)
    }

    pub(crate) fn answered(&mut self, of: TypeId, truth: Truth) {
        match self.conditions.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some((of, truth)),
            None => self.more_conditions.push((of, truth)),
        }
    }

    fn is_empty(&self) -> bool {
        self.conditions.iter().all(Option::is_none)
            && self.standings.is_empty()
            && self.resources.is_empty()
    }

    pub(crate) fn into_resources(self) -> Resources {
        self.resources
    }
}

impl Resources {
    fn is_empty(&self) -> bool {
        self.first.is_none() && self.more.is_empty()
    }

    fn get(&self, of: TypeId) -> Option<&Loaded> {
        let mut all = self.first.iter().chain(&self.more);
        all.find(|(id, _)| *id == of).map(|(_, loaded)| loaded)
    }

    fn put(&mut self, of: TypeId, loaded: Loaded) {
        match &mut self.first {
            first @ None => *first = Some((of, loaded)),
            Some(_) => self.more.push((of, loaded)),
        }
    }

    /// Hands a loaded resource over, once.
    pub(crate) fn take<T: 'static>(&mut self) -> Option<Loaded> {
        let of = TypeId::of::<T>();
        if let Some((_, loaded)) = self.first.take_if(|(id, _)| *id == of) {
            return Some(loaded);
        }
        let at = self.more.iter().position(|(id, _)| *id == of)?;
        Some(self.more.swap_remove(at).1)
    }
}

impl fmt::Debug for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known")
            .field("caller", &self.caller)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Found(_) => "Found(..)",
            Self::Missing => "Missing",
            Self::AnotherTenants => "AnotherTenants",
            Self::OfAnother(_) => "OfAnother(..)",
            Self::Failed(_) => "Failed(..)",
        })
    }
}
