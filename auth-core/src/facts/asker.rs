use std::{
    any::{Any, TypeId},
    time::SystemTime,
};

use http::{Extensions, request::Parts};

use crate::{Principal, Resource, account::Account, resource::in_tenant, rule::Names};

/// Who asks, and about what: what is there before anything is found out.
#[derive(Clone, Copy, Default)]
pub(crate) struct Asker<'a> {
    pub(crate) caller: Option<&'a Principal>,
    pub(crate) request: Option<&'a Parts>,
    pub(crate) stated: Option<&'a Stated<'a>>,
    /// The caller's account, where a fresh rule may ask for it.
    pub(crate) account: Option<&'a Account>,
    /// Whether what is another tenant's is missing to the caller.
    pub(crate) tenants_apart: bool,
    /// Whether a denial must not tell what is there from what isn't.
    pub(crate) hides: bool,
}

/// What an asker outside a request states beside the question.
#[derive(Clone, Default)]
pub(crate) struct Stated<'a> {
    pub(crate) now: Option<SystemTime>,
    pub(crate) values: Extensions,
    /// Resources that the asker has, beside the one that is asked about.
    pub(crate) given: Vec<Given<'a>>,
}

/// A resource that the asker has.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(super) of: TypeId,
    pub(super) value: &'a (dyn Any + Send + Sync),
    pub(super) in_tenant: Option<Names>,
}

impl<'a> Given<'a> {
    pub(crate) fn of<T: Resource>(value: &'a T) -> Self {
        Self {
            of: TypeId::of::<T>(),
            value,
            in_tenant: T::OF_A_TENANT.then_some(in_tenant::<T>),
        }
    }

    pub(crate) fn is_a<T: 'static>(&self) -> bool {
        self.of == TypeId::of::<T>()
    }

    /// The value, where it is of this type.
    pub(crate) fn value_of(&self, of: TypeId) -> Option<&'a (dyn Any + Send + Sync)> {
        (self.of == of).then_some(self.value)
    }
}
