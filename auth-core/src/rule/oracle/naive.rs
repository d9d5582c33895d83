//! A policy, and what it comes to by the words of the contract: no short circuit, no laziness.

use super::{
    super::{Truth, Why},
    world::{Now, PLAIN, Place, Stated, TENANTED, WORDS, World},
};
use crate::DenialKind;

#[derive(Clone, Debug)]
pub(super) enum Expression {
    Authenticated,
    Role,
    Scope,
    Owns(usize),
    Tenant,
    Relation {
        on: usize,
        word: usize,
    },
    /// About the caller, awaited; about the plain resource, at once.
    Condition(usize),
    Not(Box<Expression>),
    All(Vec<Expression>),
    Any(Vec<Expression>),
}
pub(super) use Expression::{
    All, Any, Authenticated, Condition, Not, Owns, Relation, Scope, Tenant,
};

/// A policy: what grants, what vetoes, and its options.
#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each says a thing of its own"
)]
pub(super) struct Written {
    pub(super) grants: Vec<Expression>,
    pub(super) vetoes: Vec<Expression>,
    pub(super) apart: bool,
    pub(super) fresh: bool,
    pub(super) step_up: bool,
    pub(super) hide: bool,
}

/// A truth of the naive evaluator, or that the account has to be asked first; the later the graver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Naive {
    Is(bool),
    Missing,
    Failed,
    Account,
}

/// Who is looked at: roles and tenant, where they are known.
#[derive(Clone, Copy)]
pub(super) struct View {
    /// As the account is now, and not as the credential states them.
    pub(super) again: bool,
    /// Under `hide`: what is missing is as what denies.
    pub(super) hide: bool,
    pub(super) writes: Naive,
    pub(super) tenant: Result<Option<&'static str>, ()>,
}

/// Negation pushed to the atoms, every child evaluated, no short circuit.
pub(super) fn naive(
    expression: &Expression,
    negated: bool,
    world: &World,
    apart: bool,
    view: View,
) -> Naive {
    let known = |holds: bool| Naive::Is(holds != negated);
    let place = |of: usize| match (world.places[of], view.tenant) {
        // Of what is another tenant's nothing is known, of a tenant that isn't known neither.
        (_, Err(())) if of == TENANTED && apart => Err(Naive::Account),
        (Place::Missing, _) => Err(Naive::Missing),
        (Place::Failed, _) => Err(Naive::Failed),
        (Place::There { owned, tenant }, stated) => {
            let same = stated.unwrap_or_default() == Some(tenant);
            if of == TENANTED && apart && !same {
                Err(Naive::Missing)
            } else {
                Ok((owned, same))
            }
        }
    };
    let found = match expression {
        Authenticated => known(world.somebody),
        Condition(about @ 1..) => match (place(PLAIN), world.conditions[*about]) {
            (Err(unknown), _) => unknown,
            (Ok(_), truth) => of_truth(truth, negated),
        },
        // What is about the caller, and its negation, is false for nobody.
        _ if !world.somebody && !matches!(expression, Not(_) | All(_) | Any(_)) => Naive::Is(false),
        Expression::Role => match view.writes {
            Naive::Is(writes) => known(writes),
            unknown => unknown,
        },
        Scope => known(world.scope),
        Owns(of) => place(*of).map_or_else(|unknown| unknown, |(owned, _)| known(owned)),
        Tenant => place(TENANTED).map_or_else(|unknown| unknown, |(_, same)| known(same)),
        Relation { on, word } => match (place(*on), world.held[*on][usize::from(view.again)]) {
            (Err(unknown), _) => unknown,
            (Ok(_), None) => Naive::Failed,
            (Ok(_), Some((held, _))) if held & WORDS[*word].satisfied_by != 0 => known(true),
            (Ok(_), Some((_, true))) => Naive::Missing,
            (Ok(_), Some((_, false))) => known(false),
        },
        Condition(_) => of_truth(world.conditions[0], negated),
        Not(inner) => naive(inner, !negated, world, apart, view),
        All(inner) | Any(inner) => {
            let children = inner
                .iter()
                .map(|one| naive(one, negated, world, apart, view));
            combine(children.collect(), matches!(expression, All(_)) != negated)
        }
    };
    match found {
        Naive::Missing if view.hide => Naive::Is(false),
        found => found,
    }
}

pub(super) fn of_truth(truth: Truth, negated: bool) -> Naive {
    match truth {
        Truth::True => Naive::Is(!negated),
        Truth::False => Naive::Is(negated),
        Truth::Unknown(Why::Missing) => Naive::Missing,
        Truth::Unknown(Why::Failed) => Naive::Failed,
    }
}

pub(super) fn combine(children: Vec<Naive>, conjunction: bool) -> Naive {
    let decides = Naive::Is(!conjunction);
    if children.contains(&decides) {
        return decides;
    }
    let unknown = children
        .into_iter()
        .filter(|child| !matches!(child, Naive::Is(_)));
    unknown.max().unwrap_or(Naive::Is(conjunction))
}

pub(super) fn names_tenanted(expression: &Expression) -> bool {
    match expression {
        Owns(of) | Relation { on: of, .. } => *of == TENANTED,
        Tenant => true,
        Not(inner) => names_tenanted(inner),
        All(inner) | Any(inner) => inner.iter().any(names_tenanted),
        _ => false,
    }
}

impl Written {
    pub(super) fn naive(&self, world: &World, view: View) -> Naive {
        let mut parts = vec![naive(
            &All(self.grants.clone()),
            false,
            world,
            self.apart,
            view,
        )];
        if !self.vetoes.is_empty() {
            parts.push(naive(
                &Any(self.vetoes.clone()),
                true,
                world,
                self.apart,
                view,
            ));
        }
        let named = self.grants.iter().chain(&self.vetoes).any(names_tenanted);
        if self.apart {
            parts.push(if named {
                naive(&Tenant, false, world, true, view)
            } else {
                Naive::Is(world.somebody)
            });
        }
        combine(parts, true)
    }

    /// The row of the table of answers, from the words of the contract.
    pub(super) fn answer(&self, world: &World) -> Result<(), DenialKind> {
        let writes = match world.roles {
            Stated::Writer => Naive::Is(true),
            Stated::None => Naive::Is(false),
            Stated::LeftOut if !self.fresh => Naive::Failed,
            Stated::Nothing if !self.fresh => Naive::Is(false),
            Stated::Nothing | Stated::LeftOut => Naive::Account,
        };
        let asks_tenant = self.fresh && self.apart && world.tenant.is_none();
        let tenant = if asks_tenant {
            Err(())
        } else {
            Ok(world.tenant)
        };
        let stated = View {
            again: false,
            hide: self.hide,
            writes,
            tenant,
        };
        let mut truth = self.naive(world, stated);
        let asks =
            matches!(truth, Naive::Account | Naive::Is(true)) && self.fresh && world.somebody;
        if asks {
            let (now_writes, now_tenant) = match world.now {
                Now::Is {
                    tenant: Some(tenant),
                    ..
                } if world.tenant.is_some_and(|of| of != tenant) => {
                    return Err(DenialKind::Unavailable);
                }
                Now::Is { writes, tenant } => (Naive::Is(writes), tenant),
                Now::Gone => return Err(DenialKind::InvalidToken),
                Now::Failed => return Err(DenialKind::Unavailable),
            };
            let stated = View {
                again: false,
                hide: self.hide,
                writes: if writes == Naive::Account {
                    now_writes
                } else {
                    writes
                },
                tenant: Ok(world.tenant.or(now_tenant)),
            };
            truth = self.naive(world, stated);
            if truth == Naive::Is(true) {
                truth = self.naive(
                    world,
                    View {
                        again: true,
                        hide: self.hide,
                        writes: now_writes,
                        tenant: Ok(now_tenant),
                    },
                );
            }
        }
        match truth {
            Naive::Is(true) if self.step_up && !world.somebody => Err(DenialKind::Unauthenticated),
            Naive::Is(true) if self.step_up && !world.recent => {
                Err(DenialKind::InsufficientUserAuthentication)
            }
            Naive::Is(true) => Ok(()),
            Naive::Failed | Naive::Account => Err(DenialKind::Unavailable),
            _ if !world.somebody && self.hide && !self.never_for_nobody() => {
                Err(DenialKind::NotFound)
            }
            _ if !world.somebody => Err(DenialKind::Unauthenticated),
            Naive::Missing => Err(DenialKind::NotFound),
            Naive::Is(false) if self.hide => Err(DenialKind::NotFound),
            Naive::Is(false) => Err(DenialKind::Forbidden),
        }
    }

    /// Whether nobody is denied whatever the resources are.
    fn never_for_nobody(&self) -> bool {
        let nobody = World {
            somebody: false,
            roles: Stated::Nothing,
            tenant: None,
            scope: false,
            recent: false,
            places: [Place::Missing; 2],
            held: Default::default(),
            conditions: [Truth::False; 3],
            now: Now::Gone,
            asked: Default::default(),
        };
        let view = View {
            again: false,
            hide: false,
            writes: Naive::Is(false),
            tenant: Ok(None),
        };
        self.naive(&nobody, view) == Naive::Is(false)
    }
}
