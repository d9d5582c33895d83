#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::{
    any::{Any, TypeId},
    fmt, mem,
};

use crate::{Truth, rule::Names};

/// The facts fetched for a decision. Empty, it owns no memory.
#[derive(Default)]
pub(crate) struct Answers {
    conditions: [Option<(TypeId, Truth)>; INLINE],
    more_conditions: Vec<(TypeId, Truth)>,
    pub(super) resources: Resources,
}

/// Answers of so many conditions are kept without an allocation.
const INLINE: usize = 4;

/// The resources loaded for a decision; the first of them is kept without an allocation.
#[derive(Default)]
pub(crate) struct Resources {
    first: Option<Kept>,
    more: Vec<Kept>,
}

/// A resource that was looked for.
pub(super) struct Kept {
    pub(super) of: TypeId,
    pub(super) loaded: Loaded,
    /// None where it is no tenant's.
    pub(super) in_tenant: Option<Names>,
}

/// What became of loading a resource.
pub enum Loaded {
    Found(Box<dyn Any + Send + Sync>),
    Missing,
    /// It was handed to the handler already.
    Taken,
    /// It is there, and not under the parent of this kind that the path names.
    OfAnother(&'static str),
    Failed(String),
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

    pub(super) fn forget(&mut self, of: TypeId) {
        for place in &mut self.conditions {
            place.take_if(|(id, _)| *id == of);
        }
        self.more_conditions.retain(|(id, _)| *id != of);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.conditions.iter().all(Option::is_none)
            && self.more_conditions.is_empty()
            && self.resources.is_empty()
    }

    pub(crate) fn into_resources(self) -> Resources {
        self.resources
    }
}

impl Resources {
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none() && self.more.is_empty()
    }

    pub(super) fn get(&self, of: TypeId) -> Option<&Kept> {
        self.first
            .iter()
            .chain(&self.more)
            .find(|kept| kept.of == of)
    }

    pub(super) fn put(&mut self, kept: Kept) {
        match &mut self.first {
            first @ None => *first = Some(kept),
            Some(_) => self.more.push(kept),
        }
    }

    /// Hands a resource over, once: after that it is [`Loaded::Taken`]. None where it was not looked for.
    pub(crate) fn take<T: 'static>(&mut self) -> Option<Loaded> {
        let of = TypeId::of::<T>();
        let mut all = self.first.iter_mut().chain(&mut self.more);
        if let Some(kept) = all.find(|kept| kept.of == of) {
            return Some(mem::replace(&mut kept.loaded, Loaded::Taken));
        }
        self.put(Kept {
            of,
            loaded: Loaded::Taken,
            in_tenant: None,
        });
        None
    }
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Found(_) => "Found(..)",
            Self::Missing => "Missing",
            Self::Taken => "Taken",
            Self::OfAnother(_) => "OfAnother(..)",
            Self::Failed(_) => "Failed(..)",
        })
    }
}
