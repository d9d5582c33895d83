//! All that a decision may find out, chosen by a test: there, missing, another tenant's, or not to be told.

use std::{
    any::{Any, TypeId},
    future::ready,
    sync::atomic::{AtomicU8, Ordering},
    time::{Duration, SystemTime},
};

use super::super::{RelationFact, ResourceFact, Standing, Truth};
use crate::{
    Identity, Principal, Roles,
    facts::{Known, Loaded},
    relations::RelationWord,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
pub(super) enum Role {
    Reader,
    #[implies(Reader)]
    Writer,
}

/// A resource of nobody's tenant, and one that is of a tenant.
pub(super) struct Plain {
    pub(super) owned: bool,
}

pub(super) struct Tenanted {
    pub(super) owned: bool,
    pub(super) tenant: &'static str,
}

/// What became of a resource.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    There { owned: bool, tenant: &'static str },
    Missing,
    Failed,
}

/// What a source of relations answers: nothing, or bits, and whether something was missing on the way.
pub(super) type Held = Option<(u64, bool)>;

/// How the credential states roles, or the account has them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stated {
    Nothing,
    None,
    Writer,
    LeftOut,
}

/// What the source of truth answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Now {
    Is {
        writes: bool,
        tenant: Option<&'static str>,
    },
    Gone,
    Failed,
}

/// All facts of one decision, and how often each was asked for.
#[derive(Debug)]
pub(super) struct World {
    pub(super) somebody: bool,
    pub(super) roles: Stated,
    pub(super) tenant: Option<&'static str>,
    pub(super) scope: bool,
    pub(super) recent: bool,
    pub(super) places: [Place; 2],
    /// Of each place: to the caller as the credential states them, and as the account is now.
    pub(super) held: [[Held; 2]; 2],
    /// A condition about the caller that awaits, one about the plain resource, and one about several such that
    /// awaits.
    pub(super) conditions: [Truth; 3],
    pub(super) now: Now,
    pub(super) asked: [AtomicU8; 10],
}

pub(super) const PLAIN: usize = 0;
pub(super) const TENANTED: usize = 1;

impl World {
    pub(super) fn ask(&self, fact: usize) {
        self.asked[fact].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn caller(&self) -> Option<Principal> {
        let caller = Identity::person("tests", "ann");
        let caller = match self.roles {
            Stated::Nothing => caller,
            Stated::None => caller.roles_are::<Role>([]),
            Stated::Writer => caller.role(Role::Writer),
            Stated::LeftOut => caller.leaves_out(Role::VOCABULARY),
        };
        let caller = match self.tenant {
            Some(tenant) => caller.tenant(tenant),
            None => caller,
        };
        let caller = if self.scope {
            caller.scope("notes")
        } else {
            caller
        };
        let ago = Duration::from_secs(if self.recent { 1 } else { 1000 });
        let caller = caller.authenticated_at(SystemTime::UNIX_EPOCH + NOW - ago);
        self.somebody
            .then(|| Principal::verified(caller.into(), true))
    }
}

/// The hour of these decisions, since 1970.
pub(super) const NOW: Duration = Duration::from_secs(1_000_000);

pub(super) fn names<T: 'static>(value: &(dyn Any + Send + Sync), is: impl Fn(&T) -> bool) -> bool {
    value.downcast_ref().is_some_and(is)
}

pub(super) static PLAIN_FACT: ResourceFact<World> = ResourceFact {
    of: TypeId::of::<Plain>(),
    kind: "plain",
    in_tenant: None,
    shown: |_| None,
    load: |_, _, world| {
        world.ask(PLAIN);
        Box::pin(ready(match world.places[PLAIN] {
            Place::There { owned, .. } => Loaded::Found(Box::new(Plain { owned })),
            Place::Missing => Loaded::Missing,
            Place::Failed => Loaded::Failed("down".to_owned()),
        }))
    },
};

pub(super) static TENANTED_FACT: ResourceFact<World> = ResourceFact {
    of: TypeId::of::<Tenanted>(),
    kind: "tenanted",
    in_tenant: Some(in_tenant),
    shown: |_| None,
    load: |_, _, world| {
        world.ask(TENANTED);
        Box::pin(ready(match world.places[TENANTED] {
            Place::There { owned, tenant } => Loaded::Found(Box::new(Tenanted { owned, tenant })),
            Place::Missing => Loaded::Missing,
            Place::Failed => Loaded::Failed("down".to_owned()),
        }))
    },
};

pub(super) fn in_tenant(value: &(dyn Any + Send + Sync), caller: &Principal) -> bool {
    names::<Tenanted>(value, |value| caller.tenant() == Some(value.tenant))
}

pub(super) struct Mark<const N: usize>;

pub(super) static RELATIONS: [RelationFact<World>; 2] = [
    RelationFact {
        id: TypeId::of::<Mark<0>>(),
        on: &PLAIN_FACT,
        through_a_tenant: false,
        ask: |known, _, world| Box::pin(ready(relations(world, PLAIN, known))),
    },
    RelationFact {
        id: TypeId::of::<Mark<1>>(),
        on: &TENANTED_FACT,
        through_a_tenant: false,
        ask: |known, _, world| Box::pin(ready(relations(world, TENANTED, known))),
    },
];

/// What the account says of itself, and no credential does.
#[derive(Clone)]
pub(super) struct IsAccount;

fn relations(world: &World, on: usize, known: &Known<'_>) -> Result<Vec<Standing>, String> {
    let caller = known.principal().expect("nobody stands in a relation");
    let again = caller.get::<IsAccount>().is_some();
    world.ask(if again { 8 } else { 2 } + on);
    let (held, lost) = world.held[on][usize::from(again)].ok_or("down")?;
    Ok(vec![Standing { held, lost }])
}

pub(super) const WORDS: [RelationWord; 2] = [
    RelationWord {
        name: "viewer",
        bit: 1,
        satisfied_by: 0b11,
        sentence: "",
    },
    RelationWord {
        name: "editor",
        bit: 2,
        satisfied_by: 0b10,
        sentence: "",
    },
];
