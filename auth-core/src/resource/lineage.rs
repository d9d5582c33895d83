#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::{
    any::{Any, TypeId},
    fmt,
    marker::PhantomData,
    str::FromStr,
};

use super::{KeyAt, Resource};
use crate::rule::{Id, ResourceId};

/// A resource as others, and relations, refer to it: by its `#[key]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource",
    label = "not a resource",
    note = "add `#[derive(Resource)]` to `{Self}`"
)]
pub trait Keyed: Resource {
    /// What it is referred to by.
    type Key: Send + Sync + 'static;
    #[doc(hidden)]
    fn key(&self) -> &Self::Key;
}

/// The key of a resource that marks none: nothing refers to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NoKey;

/// A resource with a `#[parent(P)]` field.
pub trait ChildOf<P: Keyed>: Resource {
    fn each_parent<'a>(&'a self, meet: &mut dyn FnMut(&'a P::Key));
}

/// A `P`, or a newtype of one: relations to a `P` are relations to it.
pub trait IsOne<P: Keyed>: Resource {
    fn its_key(&self) -> &P::Key;
}

/// What a `#[parent(P)]` field may be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't name a parent whose key is a `{K}`",
    label = "not the parent's key",
    note = "a parent's field has the type of the parent's `#[key]`, or is an `Option` or a `Vec` of it",
    note = "the key of a resource that marks none is `NoKey`"
)]
pub trait ParentKeys<K> {
    fn each<'a>(&'a self, meet: &mut dyn FnMut(&'a K));
}

impl<K> ParentKeys<K> for K {
    fn each<'a>(&'a self, meet: &mut dyn FnMut(&'a K)) {
        meet(self);
    }
}

impl<K> ParentKeys<K> for Option<K> {
    fn each<'a>(&'a self, meet: &mut dyn FnMut(&'a K)) {
        self.iter().for_each(meet);
    }
}

impl<K> ParentKeys<K> for Vec<K> {
    fn each<'a>(&'a self, meet: &mut dyn FnMut(&'a K)) {
        self.iter().for_each(meet);
    }
}

/// What a resource says of one of its parents.
#[derive(Clone, Copy, Debug)]
pub struct Parent {
    pub id: Id,
    pub kind: &'static str,
    pub key_at: KeyAt,
    pub key: TypeId,
    /// What it is a newtype of in the end, else itself.
    pub inner: Id,
    /// Its own parents.
    pub parents: fn() -> &'static [Parent],
    /// What the parent is found by; none where it can't be loaded.
    pub found_by: Option<TypeId>,
    /// Whether a resource is a child of the parent that a path's text names; none where the key can't be
    /// read from text.
    pub agrees: Option<fn(&(dyn Any + Send + Sync), &str) -> bool>,
}

impl Parent {
    /// As a rule would name it.
    pub(crate) fn as_resource(&self) -> ResourceId {
        ResourceId {
            id: self.id,
            kind: self.kind,
            key_at: self.key_at,
            parents: (self.parents)(),
            inner: self.inner,
            ..ResourceId::NONE
        }
    }

    /// Whether a path that holds its key can be compared with what a child refers to.
    pub(crate) fn compares(&self) -> bool {
        self.agrees.is_some() && self.found_by.is_none_or(|found_by| found_by == self.key)
    }

    /// Whether the child that `value` is may stand under the parent that a path's text names.
    pub(crate) fn admits(&self, value: &(dyn Any + Send + Sync), text: &str) -> bool {
        self.agrees.is_some_and(|agrees| agrees(value, text))
    }
}

/// The key `K` of a parent of the resource `T`, as a path may hold it.
#[derive(Debug)]
pub struct InPath<T, P, K>(PhantomData<(T, P, K)>);

impl<T: ChildOf<P>, P: Keyed<Key = K>, K: FromStr + PartialEq> InPath<T, P, K> {
    pub const AGREES: Option<fn(&(dyn Any + Send + Sync), &str) -> bool> = Some(|value, text| {
        let (Some(value), Ok(key)) = (value.downcast_ref::<T>(), text.parse::<K>()) else {
            return false;
        };
        let mut agrees = false;
        value.each_parent(&mut |parent| agrees |= *parent == key);
        agrees
    });
}

/// What is so of a key that can't be read from text.
pub trait NotInPath {
    const AGREES: Option<fn(&(dyn Any + Send + Sync), &str) -> bool> = None;
}

impl<T, P, K> NotInPath for InPath<T, P, K> {}

/// What stands for a resource that could not be read: nothing is one.
#[derive(Debug)]
pub enum Nothing {}

impl Keyed for Nothing {
    type Key = NoKey;
    fn key(&self) -> &NoKey {
        &NoKey
    }
}

impl Resource for Nothing {
    const KIND: &'static str = "";
    const ID: Id = Id::NONE;
    const OWNED: bool = false;
    const OF_A_TENANT: bool = false;
}

/// All that stands above what has these parents, each once; they come first, each before its own.
pub(crate) fn ancestors(parents: &'static [Parent]) -> Vec<&'static Parent> {
    fn meet(parents: &'static [Parent], into: &mut Vec<&'static Parent>) {
        for parent in parents {
            if into.iter().all(|known| known.id.of != parent.id.of) {
                into.push(parent);
                meet((parent.parents)(), into);
            }
        }
    }
    let mut all = Vec::new();
    meet(parents, &mut all);
    all
}

/// A key, to be displayed where it can be.
#[derive(Debug)]
pub struct Shown<'a, K>(pub &'a K);

impl<K: fmt::Display> Shown<'_, K> {
    #[must_use]
    pub fn text(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

/// What is so of a key that can't be displayed.
pub trait Hidden {
    fn text(&self) -> Option<String> {
        None
    }
}

impl<K> Hidden for Shown<'_, K> {}
