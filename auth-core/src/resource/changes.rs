#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::{any::Any, fmt};

use super::{Proposed, Resource, TenantKey};
use crate::{principal::SubjectKey, rule::Id};

/// What a proposed value changes, and how the two are compared.
#[derive(Clone, Copy, Debug)]
pub struct Changes {
    pub(crate) of: Id,
    pub(crate) kind: &'static str,
    /// What both mark.
    pub(crate) shared: Marks,
    differ: fn(&(dyn Any + Send + Sync), &(dyn Any + Send + Sync)) -> Marks,
}

impl Changes {
    #[must_use]
    pub const fn of<P: Proposed, T: Resource>() -> Self {
        Self {
            of: T::ID,
            kind: T::KIND,
            shared: P::MARKS.and(T::MARKS),
            differ: differ::<P, T>,
        }
    }

    /// What both mark, and not alike.
    pub(crate) fn differ(
        &self,
        proposed: &(dyn Any + Send + Sync),
        given: &(dyn Any + Send + Sync),
    ) -> Marks {
        (self.differ)(proposed, given)
    }
}

fn owner<T: Resource>(of: &T) -> Option<String> {
    of.marked_owner().and_then(SubjectKey::text)
}

fn tenant<T: Resource>(of: &T) -> Option<String> {
    of.marked_tenant().and_then(TenantKey::text)
}

fn differ<P: Proposed, T: Resource>(
    proposed: &(dyn Any + Send + Sync),
    given: &(dyn Any + Send + Sync),
) -> Marks {
    let shared = P::MARKS.and(T::MARKS);
    let (Some(proposed), Some(given)) = (proposed.downcast_ref::<P>(), given.downcast_ref::<T>())
    else {
        return shared;
    };
    let pairs = [
        (Marks::KEY, proposed.shown_key(), given.shown_key()),
        (Marks::OWNER, owner(proposed), owner(given)),
        (Marks::TENANT, tenant(proposed), tenant(given)),
    ];
    let differing = pairs.into_iter().filter(|(_, one, other)| one != other);
    let differing = differing.fold(Marks::NONE, |all, (mark, ..)| all.with(mark));
    differing.and(shared)
}

/// Which of its fields a resource marks: its key, its owner and its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks(u8);

impl Marks {
    pub const NONE: Self = Self(0);
    pub const KEY: Self = Self(1);
    pub const OWNER: Self = Self(2);
    pub const TENANT: Self = Self(4);

    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub const fn with_if(self, holds: bool, other: Self) -> Self {
        if holds { self.with(other) } else { self }
    }

    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// `key and owner`.
impl fmt::Display for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            (Self::KEY, "key"),
            (Self::OWNER, "owner"),
            (Self::TENANT, "tenant"),
        ];
        let mut marked = all
            .into_iter()
            .filter(|(mark, _)| !self.and(*mark).is_none());
        if let Some((_, first)) = marked.next() {
            f.write_str(first)?;
        }
        marked.try_for_each(|(_, next)| write!(f, " and {next}"))
    }
}
