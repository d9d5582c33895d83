#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::{
    any::Any, collections::HashMap, future::Future, hash::Hash, marker::PhantomData, ops::Deref,
    sync::Arc,
};

use axum::extract::FromRef;

use crate::{
    Load,
    facts::{Known, Parent, part},
    resource::{ChildOf, Keyed, Reach},
    rule::ResourceFact,
};

/// The resource that a rule speaks of.
#[derive(Debug)]
pub struct Here<T>(PhantomData<T>);

/// The parents, of the kind `P`, of where `B` leads.
#[derive(Debug)]
pub struct Up<B, P>(PhantomData<(B, P)>);

/// A way up from the resources that were asked about.
pub trait Ascent<S: 'static>: 'static {
    type At: Send + Sync + 'static;
    /// The resource the way starts at.
    const FROM: &'static ResourceFact<S>;
    /// Whether something above that belongs to a tenant.
    const OF_A_TENANT: bool;

    fn climb<'a>(
        values: &'a [&'a (dyn Any + Send + Sync)],
        known: &'a Known<'a>,
        state: &'a S,
    ) -> impl Future<Output = Result<Level<'a, Self::At>, String>> + Send;
}

/// How far up the way has come.
#[allow(missing_debug_implementations, reason = "it never leaves a question")]
pub struct Level<'a, T> {
    pub(super) nodes: Vec<Node<'a, T>>,
    /// Which item led to which node; an item may lead to several, and several to one.
    pub(super) led: Vec<(usize, usize)>,
    /// The items from which something on the way is missing.
    pub(super) lost: Vec<usize>,
}

/// A resource on the way.
pub(super) enum Node<'a, T> {
    Lent(&'a T),
    Found(Arc<T>),
}

impl<T> Deref for Node<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Lent(value) => value,
            Self::Found(value) => value,
        }
    }
}

impl<S: Sync + 'static, T: Reach<S>> Ascent<S> for Here<T> {
    type At = T;
    const FROM: &'static ResourceFact<S> = &T::FACT;
    const OF_A_TENANT: bool = false;

    async fn climb<'a>(
        values: &'a [&'a (dyn Any + Send + Sync)],
        _: &'a Known<'a>,
        _: &'a S,
    ) -> Result<Level<'a, T>, String> {
        let nodes = values.iter().map(|value| value.downcast_ref::<T>());
        let nodes: Option<Vec<_>> = nodes.map(|value| value.map(Node::Lent)).collect();
        Ok(Level {
            led: (0..values.len()).map(|item| (item, item)).collect(),
            nodes: nodes.ok_or("what was loaded is of another kind")?,
            lost: Vec::new(),
        })
    }
}

impl<S, B, P> Ascent<S> for Up<B, P>
where
    S: Sync + 'static,
    B: Ascent<S, At: ChildOf<P>>,
    P: Keyed<Key: Clone + Eq + Hash> + Load<State: FromRef<S>, Key: From<<P as Keyed>::Key>>,
{
    type At = P;
    const FROM: &'static ResourceFact<S> = B::FROM;
    const OF_A_TENANT: bool = B::OF_A_TENANT || P::OF_A_TENANT;

    async fn climb<'a>(
        values: &'a [&'a (dyn Any + Send + Sync)],
        known: &'a Known<'a>,
        state: &'a S,
    ) -> Result<Level<'a, P>, String> {
        let Level {
            nodes,
            led,
            mut lost,
        } = B::climb(values, known, state).await?;
        let mut parents = Distinct::default();
        let links = links(&nodes, led, &mut parents, |node, meet| {
            node.each_parent(meet);
        });
        let (mut nodes, mut places) = (Vec::new(), vec![None; parents.keys.len()]);
        for node in self::parents::<_, P>(parents.keys.iter().copied(), known, state).await? {
            if let Some(at) = parents.at(node.key()) {
                places[at] = Some(nodes.len());
                nodes.push(node);
            }
        }
        let mut led = Vec::with_capacity(links.len());
        for (item, at) in links {
            match places[at] {
                Some(node) => led.push((item, node)),
                None => lost.push(item),
            }
        }
        Ok(Level { nodes, led, lost })
    }
}

/// The resources of these keys that are there, and that the caller may know of. What the decision has found already is
/// not looked for again.
pub(super) async fn parents<'k, 'a, S, P>(
    keys: impl Iterator<Item = &'k <P as Keyed>::Key>,
    known: &'a Known<'_>,
    state: &S,
) -> Result<Vec<Node<'a, P>>, String>
where
    P: Keyed<Key: Clone + Eq + Hash> + Load<State: FromRef<S>, Key: From<<P as Keyed>::Key>>,
{
    let held = known.resource::<P>();
    let (mut there, mut unknown) = (Vec::new(), Vec::new());
    for key in keys {
        match held.filter(|held| held.key() == key) {
            Some(held) => there.push(Node::Lent(held)),
            None => match known.parents().found::<P>(key) {
                Parent::Found(found) => there.push(Node::Found(found)),
                Parent::Gone => {}
                Parent::NotLookedFor => unknown.push(key.clone()),
            },
        }
    }
    if !unknown.is_empty() {
        let part: P::State = part(state);
        let keys = unknown.iter().cloned().map(<P as Load>::Key::from);
        let found = P::load_many(keys.collect(), &part).await;
        let found = found.map_err(|error| error.to_string())?;
        let found: Vec<_> = found.into_iter().map(Arc::new).collect();
        known.parents().keep(unknown.into_iter(), &found);
        there.extend(found.into_iter().map(Node::Found));
    }
    there.retain(|node| known.may_know_of(&**node));
    Ok(there)
}

/// Keys, each once, in the order they were met.
pub(super) struct Distinct<'k, K> {
    pub(super) keys: Vec<&'k K>,
    places: HashMap<&'k K, usize>,
}

impl<K> Default for Distinct<'_, K> {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<'k, K: Eq + Hash> Distinct<'k, K> {
    fn place(&mut self, key: &'k K) -> usize {
        *self.places.entry(key).or_insert_with(|| {
            self.keys.push(key);
            self.keys.len() - 1
        })
    }

    pub(super) fn at(&self, key: &K) -> Option<usize> {
        self.places.get(key).copied()
    }
}

/// Which item leads to which key, of those that the nodes refer to.
pub(super) fn links<'n, T, K: Eq + Hash>(
    nodes: &'n [Node<'_, T>],
    led: Vec<(usize, usize)>,
    keys: &mut Distinct<'n, K>,
    refers: impl Fn(&'n T, &mut dyn FnMut(&'n K)),
) -> Vec<(usize, usize)> {
    let mut links = Vec::with_capacity(led.len());
    let mut of_node = Vec::with_capacity(nodes.len());
    let mut all = Vec::with_capacity(nodes.len());
    for node in nodes {
        let start = all.len();
        refers(node, &mut |key| all.push(keys.place(key)));
        of_node.push(start..all.len());
    }
    for (item, node) in led {
        links.extend(all[of_node[node].clone()].iter().map(|at| (item, *at)));
    }
    links
}
