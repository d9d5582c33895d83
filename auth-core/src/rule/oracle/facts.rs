//! Every atom and every option, over random facts.

use super::{
    super::{Truth, Why},
    Random,
    naive::{
        All, Any, Authenticated, Condition, Expression, Not, Owns, Relation, Scope, Tenant, Written,
    },
    ruling::Policy,
    world::{Now, Place, Stated, World},
};
use crate::DenialKind;

const TENANTS: [&str; 2] = ["acme", "other"];
const TRUTHS: [Truth; 4] = [
    Truth::True,
    Truth::False,
    Truth::Unknown(Why::Missing),
    Truth::Unknown(Why::Failed),
];

impl Random {
    fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    fn tenant(&mut self) -> Option<&'static str> {
        (!self.chance(4)).then(|| self.one(&TENANTS))
    }

    fn world(&mut self) -> World {
        let place = |random: &mut Self| match random.below(8) {
            0 => Place::Missing,
            1 => Place::Failed,
            _ => Place::There {
                owned: random.chance(2),
                tenant: random.one(&TENANTS),
            },
        };
        let held = |random: &mut Self| {
            (!random.chance(6)).then(|| (random.one(&[0, 1, 2, 3]), random.chance(4)))
        };
        World {
            somebody: !self.chance(6),
            roles: self.one(&[
                Stated::Nothing,
                Stated::None,
                Stated::Writer,
                Stated::Writer,
                Stated::LeftOut,
            ]),
            tenant: self.tenant(),
            scope: self.chance(2),
            recent: !self.chance(4),
            places: [place(self), place(self)],
            held: [[held(self), held(self)], [held(self), held(self)]],
            conditions: [self.one(&TRUTHS), self.one(&TRUTHS), self.one(&TRUTHS)],
            now: match self.below(8) {
                0 => Now::Gone,
                1 => Now::Failed,
                _ => Now::Is {
                    writes: !self.chance(3),
                    tenant: self.tenant(),
                },
            },
            asked: Default::default(),
        }
    }

    fn any_expression(&mut self, depth: usize) -> Expression {
        let kinds = if depth == 0 { 7 } else { 12 };
        match self.below(kinds) {
            0 => Authenticated,
            1 => Expression::Role,
            2 => Scope,
            3 => Owns(self.below(2)),
            4 => Tenant,
            5 => Relation {
                on: self.below(2),
                word: self.below(2),
            },
            6 => Condition(self.below(3)),
            7 => Not(Box::new(self.any_expression(depth - 1))),
            kind => {
                let inner = (0..=self.below(3))
                    .map(|_| self.any_expression(depth - 1))
                    .collect();
                if kind < 10 { All(inner) } else { Any(inner) }
            }
        }
    }

    fn written(&mut self) -> Written {
        let list = |random: &mut Self, most: usize| -> Vec<_> {
            (0..random.below(most))
                .map(|_| random.any_expression(3))
                .collect()
        };
        Written {
            grants: list(self, 4),
            vetoes: list(self, 3),
            apart: self.chance(2),
            fresh: self.chance(2),
            step_up: self.chance(4),
            hide: self.chance(3),
        }
    }
}

/// With forty worlds each, a million decisions.
const POLICIES: usize = 25_000;

#[test]
fn random_decisions_over_every_kind_of_fact_agree_with_the_naive_evaluator() {
    let mut random = Random(0x5DEE_CE66_D1CE_5EED);
    let mut met = std::collections::HashMap::new();
    for _ in 0..POLICIES {
        let written = random.written();
        let policy = Policy::of(&written);
        for _ in 0..40 {
            let world = random.world();
            let expected = written.answer(&world);
            assert_eq!(
                policy.answer(&world),
                expected,
                "{written:?} over {world:?}"
            );
            *met.entry(expected).or_insert(0) += 1;
        }
    }
    // Else the comparison compares nothing.
    assert_eq!(met.len(), 7, "{met:?}");
    assert!(met.values().all(|met| *met > 100), "{met:?}");
}

#[test]
fn what_is_hidden_is_answered_as_what_is_missing() {
    let mut random = Random(13);
    let mut hidden = 0;
    for _ in 0..POLICIES {
        let written = Written {
            hide: true,
            ..random.written()
        };
        let policy = Policy::of(&written);
        for _ in 0..10 {
            let mut world = random.world();
            if policy.answer(&world) != Err(DenialKind::NotFound) {
                continue;
            }
            hidden += 1;
            world.places = [Place::Missing; 2];
            world.asked = Default::default();
            let missing = policy.answer(&world);
            assert_eq!(
                missing,
                Err(DenialKind::NotFound),
                "{written:?} over {world:?}"
            );
        }
    }
    assert!(hidden > 1_000, "{hidden}");
}

#[test]
fn neither_order_nor_a_veto_nor_less_of_the_caller_makes_a_grant() {
    let mut random = Random(11);
    let mut granted = 0;
    for _ in 0..POLICIES {
        let written = random.written();
        let policy = Policy::of(&written);
        let text = format!("{written:?}");
        let mut reversed = written.clone();
        reversed.grants.reverse();
        reversed.vetoes.reverse();
        let mut vetoed = written.clone();
        vetoed.vetoes.push(random.any_expression(2));
        let (reversed, vetoed) = (Policy::of(&reversed), Policy::of(&vetoed));
        for _ in 0..10 {
            let mut world = random.world();
            let again = |policy: &Policy, world: &mut World| {
                world.asked = Default::default();
                policy.answer(world)
            };
            let answer = again(&policy, &mut world);
            assert_eq!(
                again(&reversed, &mut world),
                answer,
                "{written:?} over {world:?}"
            );
            if answer.is_ok() {
                granted += 1;
                continue;
            }
            let denied = |policy: &Policy, world: &mut World| {
                let answer = again(policy, world);
                assert!(answer.is_err(), "{written:?} over {world:?}");
            };
            denied(&vetoed, &mut world);
            // Less of a caller is granted no more, unless a rule is glad of what they lack.
            if written.vetoes.is_empty() && !text.contains("Not(") {
                let roles = std::mem::replace(&mut world.roles, Stated::None);
                denied(&policy, &mut world);
                world.roles = roles;
            }
            // Nobody is granted nothing that somebody, whoever they are, is denied: unless a rule says
            // `not(authenticated)`, which alone means nobody.
            let options = written.fresh || written.step_up;
            if world.somebody && !options && !text.contains("Authenticated") {
                world.somebody = false;
                denied(&policy, &mut world);
            }
        }
    }
    assert!(granted > 1000, "{granted}");
}
