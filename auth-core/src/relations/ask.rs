#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::{
    any::{Any, TypeId},
    collections::HashSet,
    future::Future,
    marker::PhantomData,
};

use axum::extract::FromRef;
use futures_util::{TryFutureExt, future::try_join};

use super::{
    KeyOf, Named, Relate,
    ascent::{Ascent, Distinct, links, parents},
};
use crate::{
    Load, Resource,
    facts::{Known, part},
    resource::{ChildOf, IsOne, Keyed},
    rule::{Id, Related, RelationFact, ResourceId, Rule, Standing},
};

/// Whether what relations are to can be looked for by its key, so that a parent that is gone is told from one to which
/// there is no relation.
const FOUND: u8 = 4;

/// The relation `W`, of the kind `R`, to where `A` leads.
#[derive(Debug)]
pub struct AskRelation<W, R, A, const WAY: u8>(PhantomData<(W, R, A)>);

/// A question for the relations `R` to where `A` leads: to the resource there, or its parents, for which `L` looks.
struct Question<R, A, const WAY: u8, L>(PhantomData<(R, A, L)>);

/// It can't be asked.
pub const NEVER: u8 = 0;
/// The resource itself is what `R` are relations to.
pub(super) const ITSELF: u8 = 1;
/// Its parent is.
pub const PARENT: u8 = 2;

/// How a resource leads to what a relation is to, which can be `found` by the key that it is referred to by.
#[must_use]
pub const fn way(of: &Id, resource: &ResourceId, found: bool) -> u8 {
    let mut way = NEVER;
    if of.same(&resource.id) || of.same(&resource.inner) {
        way |= ITSELF;
    }
    let mut at = 0;
    while at < resource.parents.len() {
        if of.same(&resource.parents[at].id) {
            way |= PARENT;
        }
        at += 1;
    }
    if found && way & PARENT != 0 {
        way |= FOUND;
    }
    way
}

/// What a resource refers to, on one of the ways.
pub trait Refers<P: Keyed, const WAY: u8> {
    fn refers<'a>(&'a self, meet: &mut dyn FnMut(&'a P::Key));

    /// Itself, where it is among that: it is there.
    fn itself(&self) -> Option<&P::Key> {
        None
    }
}

impl<P: Keyed, T: IsOne<P>> Refers<P, ITSELF> for T {
    fn refers<'a>(&'a self, meet: &mut dyn FnMut(&'a P::Key)) {
        meet(self.its_key());
    }

    fn itself(&self) -> Option<&P::Key> {
        Some(self.its_key())
    }
}

impl<P: Keyed, T: ChildOf<P>> Refers<P, PARENT> for T {
    fn refers<'a>(&'a self, meet: &mut dyn FnMut(&'a P::Key)) {
        self.each_parent(meet);
    }
}

impl<P: Keyed, T: IsOne<P> + ChildOf<P>> Refers<P, { ITSELF | PARENT }> for T {
    fn refers<'a>(&'a self, meet: &mut dyn FnMut(&'a P::Key)) {
        meet(self.its_key());
        self.each_parent(meet);
    }

    fn itself(&self) -> Option<&P::Key> {
        Some(self.its_key())
    }
}

/// `relation(…)` over the state `S`.
pub trait RelationOn<S: 'static> {
    const RULE: Rule<S>;
}

macro_rules! asked {
    ($($way:expr, $refers:expr, $looks:ty;)*) => { $(
        impl<S, W, R, A> RelationOn<S> for AskRelation<W, R, A, { $way }>
        where
            S: Sync + 'static,
            W: Named,
            R: Relate<State: FromRef<S>>,
            A: Ascent<S, At: Refers<R::Of, { $refers }>>,
            $looks: Looks<S, R>,
        {
            const RULE: Rule<S> = Rule::Relation(Related {
                word: W::WORD,
                words: W::WORDS,
                fact: &Question::<R, A, { $refers }, $looks>::FACT,
            });
        }
    )* };
}
asked! {
    ITSELF, ITSELF, Nowhere;
    PARENT, PARENT, Nowhere;
    ITSELF | PARENT, ITSELF | PARENT, Nowhere;
    PARENT | FOUND, PARENT, ForParents;
    ITSELF | PARENT | FOUND, ITSELF | PARENT, ForParents;
}

impl<S: 'static, W, R, A> RelationOn<S> for AskRelation<W, R, A, NEVER> {
    const RULE: Rule<S> = Rule::Never;
}

/// How a question is asked in an app with the state `S`.
trait Fact<S: 'static> {
    const FACT: RelationFact<S>;
}

impl<S, R, A, const WAY: u8, L> Fact<S> for Question<R, A, WAY, L>
where
    S: Sync + 'static,
    R: Relate<State: FromRef<S>>,
    A: Ascent<S, At: Refers<R::Of, WAY>>,
    L: Looks<S, R>,
{
    const FACT: RelationFact<S> = RelationFact {
        id: TypeId::of::<Self>(),
        on: A::FROM,
        through_a_tenant: A::OF_A_TENANT || L::LOOKS && R::Of::OF_A_TENANT,
        ask: |known, values, state| Box::pin(ask::<S, R, A, WAY, L>(known, values, state)),
    };
}

/// Where one looks for what relations are to.
trait Looks<S, R: Relate>: 'static {
    const LOOKS: bool;

    /// Those of the keys that nothing has which the caller may know of.
    fn gone(
        keys: Vec<KeyOf<R>>,
        known: &Known<'_>,
        state: &S,
    ) -> impl Future<Output = Result<HashSet<KeyOf<R>>, String>> + Send;
}

/// It can't be told whether they are there: they count as that.
struct Nowhere;

/// Where `Load` finds them.
struct ForParents;

impl<S: Sync, R: Relate> Looks<S, R> for Nowhere {
    const LOOKS: bool = false;

    async fn gone(_: Vec<KeyOf<R>>, _: &Known<'_>, _: &S) -> Result<HashSet<KeyOf<R>>, String> {
        Ok(HashSet::new())
    }
}

impl<S, R> Looks<S, R> for ForParents
where
    S: Sync + 'static,
    R: Relate<Of: Load<State: FromRef<S>, Key: From<KeyOf<R>>>>,
{
    const LOOKS: bool = true;

    async fn gone(
        keys: Vec<KeyOf<R>>,
        known: &Known<'_>,
        state: &S,
    ) -> Result<HashSet<KeyOf<R>>, String> {
        let found = parents::<S, R::Of>(keys.iter(), known, state).await?;
        let found: HashSet<_> = found.iter().map(|found| found.key()).collect();
        Ok(keys
            .iter()
            .filter(|key| !found.contains(key))
            .cloned()
            .collect())
    }
}

/// Finds out for each of the values, with one question, which relations the caller has to it.
async fn ask<'a, S, R, A, const WAY: u8, L>(
    known: &'a Known<'a>,
    values: &'a [&'a (dyn Any + Send + Sync)],
    state: &'a S,
) -> Result<Vec<Standing>, String>
where
    S: Sync + 'static,
    R: Relate<State: FromRef<S>>,
    A: Ascent<S, At: Refers<R::Of, WAY>>,
    L: Looks<S, R>,
{
    let mut standings = vec![Standing::default(); values.len()];
    let Some(caller) = known.principal() else {
        return Ok(standings);
    };
    let level = A::climb(values, known, state).await?;
    for item in level.lost {
        standings[item].lost = true;
    }
    let mut keys = Distinct::<KeyOf<R>>::default();
    let links = links(&level.nodes, level.led, &mut keys, |node, meet| {
        Refers::<R::Of, WAY>::refers(node, meet);
    });
    if keys.keys.is_empty() {
        return Ok(standings);
    }
    let to: Vec<KeyOf<R>> = keys.keys.iter().map(|key| (*key).clone()).collect();
    let itself = level.nodes.iter().filter_map(|node| node.itself());
    let itself: HashSet<_> = itself.collect();
    let elsewhere = to.iter().filter(|key| !itself.contains(key));
    let part: R::State = part(state);
    // At once: looking for parents makes a decision wait for what takes longer, and not for both.
    let held = R::held(caller, &to, &part).map_err(|error| error.to_string());
    let gone = L::gone(elsewhere.cloned().collect(), known, state);
    let (held, gone) = try_join(held, gone).await?;
    let mut bits = vec![0; to.len()];
    for (key, relation) in held {
        // An answer to what was not asked says nothing.
        if let Some(at) = keys.at(&key) {
            bits[at] |= relation.word().bit;
        }
    }
    for (item, at) in links {
        if gone.contains(&to[at]) {
            standings[item].lost = true;
        } else {
            standings[item].held |= bits[at];
        }
    }
    Ok(standings)
}
