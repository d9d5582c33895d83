#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::any::TypeId;

use crate::{
    principal::same_text,
    resource::{KeyAt, Marks, Parent},
};

/// A resource or policy: told apart by its name and place in constants, where a `TypeId` can't be compared,
/// and by its `TypeId` at run time, where names are dear.
#[derive(Clone, Copy, Debug)]
pub struct Id {
    pub of: TypeId,
    pub module: &'static str,
    /// The line and column of its declaration.
    pub at: (u32, u32),
    pub name: &'static str,
    pub params: &'static [i128],
}

impl Id {
    /// Nothing that exists.
    pub const NONE: Self = Self {
        of: TypeId::of::<()>(),
        module: "",
        at: (0, 0),
        name: "",
        params: &[],
    };

    #[must_use]
    pub const fn same(&self, other: &Self) -> bool {
        if !same_text(self.name, other.name) || !same_text(self.module, other.module) {
            return false;
        }
        if self.at.0 != other.at.0 || self.at.1 != other.at.1 {
            return false;
        }
        if self.params.len() != other.params.len() {
            return false;
        }
        let mut at = 0;
        while at < self.params.len() {
            if self.params[at] != other.params[at] {
                return false;
            }
            at += 1;
        }
        true
    }
}

/// A kind of resource: which type it is, and where its key stands in a path.
#[derive(Clone, Copy, Debug)]
pub struct ResourceId {
    pub id: Id,
    pub kind: &'static str,
    pub key_at: KeyAt,
    pub of_a_tenant: bool,
    pub parents: &'static [Parent],
    /// What it is a newtype of in the end, else itself.
    pub inner: Id,
    /// Whether it stands beside that in a path.
    pub beside: bool,
    pub proposed: bool,
    /// What it shares with what it changes.
    pub shares: Marks,
}

impl ResourceId {
    /// Nothing that exists.
    pub const NONE: Self = Self {
        id: Id::NONE,
        kind: "",
        key_at: KeyAt::Kind,
        of_a_tenant: false,
        parents: &[],
        inner: Id::NONE,
        beside: false,
        proposed: false,
        shares: Marks::NONE,
    };
}
