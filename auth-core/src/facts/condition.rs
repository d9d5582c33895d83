#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::{any::TypeId, fmt::Display, future::ready, marker::PhantomData};

use axum::extract::FromRef;
use futures_util::future::BoxFuture;

use super::Known;
use crate::{
    Keyed, Load, Relate, Relations, Resource, Truth, Why,
    account::AskAccount,
    resource::{Marks, Reach, in_tenant, owned_by},
    rule::{
        About, Ask, ConditionShape, Id, Marked, Need, Policy, PolicyShape, ResourceId, Rule,
        STAND_IN, Shape, When,
    },
};

/// What a condition may answer.
#[diagnostic::on_unimplemented(
    message = "a condition answers `bool` or `Result<bool, _>`, not `{Self}`",
    label = "not an answer",
    note = "an error's type must implement `Display`: it goes to the log"
)]
pub trait Answer {
    #[doc(hidden)]
    fn truth(self) -> Truth;
}

impl Answer for bool {
    fn truth(self) -> Truth {
        Truth::known(self, false)
    }
}

impl<E: Display> Answer for Result<bool, E> {
    fn truth(self) -> Truth {
        match self {
            Ok(holds) => holds.truth(),
            Err(error) => failed(&error),
        }
    }
}

/// What a condition over several resources may answer.
#[diagnostic::on_unimplemented(
    message = "a condition over several resources answers `Vec<bool>` or `Result<Vec<bool>, _>`, not `{Self}`",
    label = "not an answer for each",
    note = "an answer for each resource, in their order; an error's type must implement `Display`: it goes to the log"
)]
pub trait AnswerForEach {
    #[doc(hidden)]
    fn truths(self, resources: usize) -> Vec<Truth>;
}

impl AnswerForEach for Vec<bool> {
    fn truths(self, resources: usize) -> Vec<Truth> {
        if self.len() != resources {
            let answers = self.len();
            tracing::warn!(target: "auth_core::facts", resources, answers, "a condition failed: not an answer for each");
            return vec![Truth::Unknown(Why::Failed); resources];
        }
        self.into_iter().map(Answer::truth).collect()
    }
}

impl<E: Display> AnswerForEach for Result<Vec<bool>, E> {
    fn truths(self, resources: usize) -> Vec<Truth> {
        match self {
            Ok(answers) => answers.truths(resources),
            Err(error) => vec![failed(&error); resources],
        }
    }
}

fn failed(error: &impl Display) -> Truth {
    // Written as a literal is: the words of an app's error may be a client's.
    tracing::warn!(target: "auth_core::facts", error = ?error.to_string(), "a condition failed");
    Truth::Unknown(Why::Failed)
}

/// What a condition says about itself; `#[condition]` implements it.
pub trait ConditionShapeOf: Send + Sync + 'static {
    const SHAPE: &'static ConditionShape;
    /// Whether each use gives it parameters.
    const PARAMETERS: bool = false;
}

/// A condition as the router's state `S` sees it. No supertrait that a bound could repeat.
pub trait Condition<S: 'static>: ConditionShapeOf + Sized {
    const NEEDS: &'static [Need<S>];
    const ASK: Ask<S>;
}

/// A condition with `#[param]`s: each use gives them and is a [`Condition`].
pub trait ParamCondition<S: 'static>: ConditionShapeOf + Sized {
    const NEEDS: &'static [Need<S>];
    const HOW: How;

    fn call(self, _: &Known<'_>, _: &S) -> Truth {
        Truth::Unknown(Why::Failed)
    }

    fn wait<'a>(self, _: &'a Known<'a>, _: &'a S) -> BoxFuture<'a, Truth> {
        Box::pin(ready(Truth::Unknown(Why::Failed)))
    }

    fn wait_together<'a>(
        self,
        _: &'a Known<'a>,
        about: About<'a>,
        _: &'a S,
    ) -> BoxFuture<'a, Vec<Truth>> {
        Box::pin(ready(vec![Truth::Unknown(Why::Failed); about.len()]))
    }
}

/// Which of its functions a condition with `#[param]`s has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Call,
    Wait,
    WaitTogether,
}

/// A question to a type, answered in a constant: an inherent constant wins where its bounds hold,
/// [`Otherwise`] where they don't. A false bound in an impl would be reported at every use.
#[derive(Debug)]
pub struct Asked<T: ?Sized>(PhantomData<T>);

/// What is so where no bound holds.
pub trait Otherwise {
    const RESOURCE: bool = false;
    const LOADS: bool = false;
    const PROPOSED: bool = false;
    const OWNED: bool = false;
    const OF_A_TENANT: bool = false;
    const FOUND_BY: Option<TypeId> = None;
    const FOUND_BY_KEY: bool = false;
    const RELATION: bool = false;
    const OF_FOUND: bool = false;
    const RELATES: bool = false;
    const TO: Id = Id::NONE;
    const CONDITION: bool = false;
    const PARAMETERS: bool = false;
    const POLICY: bool = false;
    const ID: ResourceId = ResourceId::NONE;
    const SHAPE: &'static PolicyShape = &STAND_IN;
    const CONDITION_SHAPE: &'static ConditionShape = &ConditionShape {
        words: "",
        about_principal: false,
        sees_principal: false,
        sees_context: false,
        resources: &[],
    };
}

impl<T: ?Sized> Otherwise for Asked<T> {}

impl<T: Resource> Asked<T> {
    pub const RESOURCE: bool = true;
    pub const OWNED: bool = T::OWNED;
    pub const PROPOSED: bool = T::PROPOSED;
    pub const OF_A_TENANT: bool = T::OF_A_TENANT;
    pub const ID: ResourceId = ResourceId {
        id: T::ID,
        kind: T::KIND,
        key_at: T::KEY_AT,
        of_a_tenant: T::OF_A_TENANT,
        parents: T::PARENTS,
        inner: T::INNER,
        beside: T::BESIDE,
        proposed: T::PROPOSED,
        shares: match T::CHANGES {
            Some(changes) => changes.shared,
            None => Marks::NONE,
        },
    };
}

impl<R: Relations> Asked<R> {
    pub const RELATION: bool = true;
    pub const TO: Id = <R::Of as Resource>::ID;
    pub const OF_FOUND: bool = R::OF_FOUND;
}

impl<R: Relate> Asked<R> {
    pub const RELATES: bool = true;
}

impl<T: Load> Asked<T> {
    pub const LOADS: bool = true;
}

impl<T: Load<Key: 'static>> Asked<T> {
    pub const FOUND_BY: Option<TypeId> = Some(TypeId::of::<T::Key>());
}

impl<T: Keyed + Load<Key: From<<T as Keyed>::Key>>> Asked<T> {
    pub const FOUND_BY_KEY: bool = true;
}

impl<T: ConditionShapeOf> Asked<T> {
    pub const CONDITION: bool = true;
    pub const PARAMETERS: bool = T::PARAMETERS;
    pub const CONDITION_SHAPE: &'static ConditionShape = T::SHAPE;
}

impl<T: Shape> Asked<T> {
    pub const POLICY: bool = true;
    pub const SHAPE: &'static PolicyShape = T::SHAPE;
}

/// A type and whether what is asked of it holds, so that a false answer makes no second error.
#[derive(Debug)]
pub struct Seen<T: ?Sized, const OK: bool>(PhantomData<T>);

/// `owns = …` and `tenant = …` over the state `S`.
pub trait MarkedOn<S: 'static> {
    const OWNS: Rule<S>;
    const TENANT: Rule<S>;
}

impl<S: 'static, T: Reach<S> + Resource> MarkedOn<S> for Seen<T, true> {
    const OWNS: Rule<S> = Rule::Owns(Marked {
        fact: &T::FACT,
        names: owned_by::<T>,
    });
    const TENANT: Rule<S> = Rule::Tenant(Marked {
        fact: &T::FACT,
        names: in_tenant::<T>,
    });
}

impl<S: 'static, T> MarkedOn<S> for Seen<T, false> {
    const OWNS: Rule<S> = Rule::Never;
    const TENANT: Rule<S> = Rule::Never;
}

/// `when = …` over the state `S`.
pub trait WhenOn<S: 'static> {
    const RULE: Rule<S>;
}

impl<S: 'static, C: Condition<S>> WhenOn<S> for Seen<C, true> {
    const RULE: Rule<S> = Rule::When(When {
        id: TypeId::of::<C>(),
        shape: <C as ConditionShapeOf>::SHAPE,
        needs: C::NEEDS,
        ask: C::ASK,
    });
}

impl<S: 'static, C> WhenOn<S> for Seen<C, false> {
    const RULE: Rule<S> = Rule::Never;
}

/// `policy = …` over the state `S`.
pub trait NamedOn<S: 'static> {
    const GRANTS: Rule<S>;
    const VETOES: Rule<S>;
    const ACCOUNT: Option<AskAccount<S>>;
}

impl<S: 'static, P: Policy<S>> NamedOn<S> for Seen<P, true> {
    const GRANTS: Rule<S> = Rule::Named(P::SHAPE, &P::GRANTS);
    const VETOES: Rule<S> = P::VETOES;
    const ACCOUNT: Option<AskAccount<S>> = P::ACCOUNT;
}

impl<S: 'static, P> NamedOn<S> for Seen<P, false> {
    const GRANTS: Rule<S> = Rule::Never;
    const VETOES: Rule<S> = Rule::Any(&[]);
    const ACCOUNT: Option<AskAccount<S>> = None;
}

/// A condition's argument `&Ticket` over the state `S`.
pub trait Look<S: 'static> {
    type Of: 'static;
    const NEED: Need<S>;
    fn look<'a>(known: &'a Known<'_>) -> Option<&'a Self::Of>;
    fn look_at_all(about: About<'_>) -> Option<Vec<&Self::Of>>;
}

impl<S: 'static, T: Reach<S>> Look<S> for Seen<T, true> {
    type Of = T;
    const NEED: Need<S> = Need(Some(&T::FACT));
    fn look<'a>(known: &'a Known<'_>) -> Option<&'a T> {
        known.resource()
    }
    fn look_at_all(about: About<'_>) -> Option<Vec<&T>> {
        about.iter().map(|one| one.downcast_ref()).collect()
    }
}

impl<S: 'static, T: 'static> Look<S> for Seen<T, false> {
    type Of = T;
    const NEED: Need<S> = Need(None);
    fn look<'a>(_: &'a Known<'_>) -> Option<&'a T> {
        None
    }
    fn look_at_all(_: About<'_>) -> Option<Vec<&T>> {
        None
    }
}

/// Kept so that a state's part can be named in bounds without `axum` in the user's manifest.
pub(crate) fn part<T: FromRef<S>, S>(state: &S) -> T {
    T::from_ref(state)
}
