use std::{
    any::{Any, TypeId},
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use crate::resource::Keyed;

/// The resources that lie on the way to relations, looked for once a decision. Empty, it owns no memory.
#[derive(Default)]
pub(crate) struct Parents(Mutex<Vec<(TypeId, Box<dyn Any + Send>)>>);

/// What became of looking for one.
pub(crate) enum Parent<P> {
    NotLookedFor,
    Gone,
    Found(Arc<P>),
}

/// Those of one kind; none where nothing has the key.
type Found<P> = HashMap<<P as Keyed>::Key, Option<Arc<P>>>;

impl Parents {
    /// What has this key.
    pub(crate) fn found<P>(&self, key: &P::Key) -> Parent<P>
    where
        P: Keyed<Key: Eq + Hash>,
    {
        self.of::<P, _>(|found| match found.get(key) {
            Some(Some(one)) => Parent::Found(Arc::clone(one)),
            Some(None) => Parent::Gone,
            None => Parent::NotLookedFor,
        })
    }

    /// Keeps what was found of what was looked for.
    pub(crate) fn keep<P>(&self, looked_for: impl Iterator<Item = P::Key>, found: &[Arc<P>])
    where
        P: Keyed<Key: Clone + Eq + Hash>,
    {
        self.of::<P, _>(|kept| {
            kept.extend(looked_for.map(|key| (key, None)));
            let found = found.iter();
            kept.extend(found.map(|one| (one.key().clone(), Some(Arc::clone(one)))));
        });
    }

    fn of<P, A>(&self, look: impl FnOnce(&mut Found<P>) -> A) -> A
    where
        P: Keyed<Key: Eq + Hash>,
    {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = kinds.iter_mut();
        let kept = all.find_map(|(kind, found)| (*kind == TypeId::of::<P>()).then_some(found));
        if let Some(found) = kept.and_then(|found| found.downcast_mut()) {
            return look(found);
        }
        let mut found = Found::<P>::new();
        let answer = look(&mut found);
        kinds.push((TypeId::of::<P>(), Box::new(found)));
        answer
    }
}
