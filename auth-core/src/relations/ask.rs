#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::{
    any::{Any, TypeId},
    marker::PhantomData,
};

use axum::extract::FromRef;

use super::{
    KeyOf, Named, Relate,
    ascent::{Ascent, Distinct, links},
};
use crate::{
    facts::{Known, part},
    resource::{ChildOf, Keyed},
    rule::{Id, Related, RelationFact, ResourceId, Rule, Standing},
};

/// The relation `W`, of the kind `R`, to where `A` leads.
#[derive(Debug)]
pub struct AskRelation<W, R, A, const WAY: u8>(PhantomData<(W, R, A)>);

/// A question for the relations `R` to where `A` leads: to the resource there, or its parents.
struct Question<R, A, const WAY: u8>(PhantomData<(R, A)>);

/// It can't be asked.
pub const NEVER: u8 = 0;
/// The resource itself is what `R` are relations to.
pub(super) const ITSELF: u8 = 1;
/// Its parent is.
pub const PARENT: u8 = 2;

/// How a resource leads to what a relation is to.
#[must_use]
pub const fn way(of: &Id, resource: &ResourceId) -> u8 {
    let mut way = NEVER;
    if of.same(&resource.id) {
        way |= ITSELF;
    }
    let mut at = 0;
    while at < resource.parents.len() {
        if of.same(&resource.parents[at].id) {
            way |= PARENT;
        }
        at += 1;
    }
    way
}

/// What a resource refers to, on one of the ways.
pub trait Refers<P: Keyed, const WAY: u8> {
    fn refers<'a>(&'a self, meet: &mut dyn FnMut(&'a P::Key));
}

impl<P: Keyed> Refers<P, ITSELF> for P {
    fn refers<'a>(&'a self, meet: &mut dyn FnMut(&'a P::Key)) {
        meet(self.key());
    }
}

impl<P: Keyed, T: ChildOf<P>> Refers<P, PARENT> for T {
    fn refers<'a>(&'a self, meet: &mut dyn FnMut(&'a P::Key)) {
        self.each_parent(meet);
    }
}

impl<P: ChildOf<P> + Keyed> Refers<P, { ITSELF | PARENT }> for P {
    fn refers<'a>(&'a self, meet: &mut dyn FnMut(&'a P::Key)) {
        meet(self.key());
        self.each_parent(meet);
    }
}

/// `relation(…)` over the state `S`.
pub trait RelationOn<S: 'static> {
    const RULE: Rule<S>;
}

macro_rules! asked {
    ($($way:expr),*) => { $(
        impl<S, W, R, A> RelationOn<S> for AskRelation<W, R, A, { $way }>
        where
            S: Sync + 'static,
            W: Named,
            R: Relate<State: FromRef<S>>,
            A: Ascent<S, At: Refers<R::Of, { $way }>>,
        {
            const RULE: Rule<S> = Rule::Relation(Related {
                word: W::WORD,
                words: W::WORDS,
                fact: &Question::<R, A, { $way }>::FACT,
            });
        }
    )* };
}
asked!(ITSELF, PARENT, ITSELF | PARENT);

impl<S: 'static, W, R, A> RelationOn<S> for AskRelation<W, R, A, NEVER> {
    const RULE: Rule<S> = Rule::Never;
}

/// How a question is asked in an app with the state `S`.
trait Fact<S: 'static> {
    const FACT: RelationFact<S>;
}

impl<S, R, A, const WAY: u8> Fact<S> for Question<R, A, WAY>
where
    S: Sync + 'static,
    R: Relate<State: FromRef<S>>,
    A: Ascent<S, At: Refers<R::Of, WAY>>,
{
    const FACT: RelationFact<S> = RelationFact {
        id: TypeId::of::<Self>(),
        on: A::FROM,
        ask: |known, values, state| Box::pin(ask::<S, R, A, WAY>(known, values, state)),
    };
}

/// Finds out for each of the values, with one question, which relations the caller has to it.
async fn ask<'a, S, R, A, const WAY: u8>(
    known: &'a Known<'a>,
    values: &'a [&'a (dyn Any + Send + Sync)],
    state: &'a S,
) -> Result<Vec<Standing>, String>
where
    S: Sync + 'static,
    R: Relate<State: FromRef<S>>,
    A: Ascent<S, At: Refers<R::Of, WAY>>,
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
    let part: R::State = part(state);
    let held = R::held(caller, &to, &part).await;
    let mut bits = vec![0; to.len()];
    for (key, relation) in held.map_err(|error| error.to_string())? {
        // An answer to what was not asked says nothing.
        if let Some(at) = keys.at(&key) {
            bits[at] |= relation.word().bit;
        }
    }
    for (item, at) in links {
        standings[item].held |= bits[at];
    }
    Ok(standings)
}
