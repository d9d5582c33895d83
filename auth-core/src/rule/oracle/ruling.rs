//! The same policy as its attribute would write it, decided by the evaluator.

use std::{
    any::TypeId,
    future::ready,
    sync::atomic::Ordering,
    time::{Duration, SystemTime},
};

use futures_util::FutureExt;

use super::{
    super::{
        Ask, ConditionShape, Marked, Need, PolicyShape, Rule, STAND_IN, StepUp, Tenancy, Truth,
        Verdict, When, tree::Related,
    },
    naive::{
        All, Any, Authenticated, Condition, Expression, Not, Owns, Relation, Scope, Tenant, Written,
    },
    world::{
        IsAccount, Mark, NOW, Now, PLAIN, PLAIN_FACT, Plain, RELATIONS, Role, TENANTED_FACT,
        Tenanted, WORDS, World, in_tenant, names,
    },
};
use crate::{
    DenialKind, Identity, Roles,
    account::Account,
    facts::{Asker, Deadline, Keys, Known, Sources, Stated},
    guard::{at_once, outcome, settle},
};

pub(super) const SHAPES: [&ConditionShape; 2] = [
    &ConditionShape {
        words: "about the caller",
        about_principal: true,
        sees_principal: false,
        sees_context: false,
        resources: &[],
    },
    &ConditionShape {
        words: "about what is plain",
        about_principal: false,
        sees_principal: false,
        sees_context: false,
        resources: &[],
    },
];

pub(super) static PLAIN_NEED: [Need<World>; 1] = [Need(Some(&PLAIN_FACT))];

pub(super) fn condition(known: &Known<'_>, world: &World) -> Truth {
    assert!(
        known.resource::<Plain>().is_some(),
        "asked about what isn't there"
    );
    world.ask(5);
    world.conditions[1]
}

/// A rule is constant data; a test's is leaked.
pub(super) fn rule(expression: &Expression) -> Rule<World> {
    let list = |inner: &[Expression]| -> &'static [Rule<World>] {
        Box::leak(inner.iter().map(rule).collect())
    };
    match expression {
        Authenticated => Rule::Authenticated,
        Expression::Role => Rule::Role(Role::Writer.word()),
        Scope => Rule::Scope("notes"),
        Owns(PLAIN) => Rule::Owns(Marked {
            fact: &PLAIN_FACT,
            names: |value, _| names::<Plain>(value, |value| value.owned),
        }),
        Owns(_) => Rule::Owns(Marked {
            fact: &TENANTED_FACT,
            names: |value, _| names::<Tenanted>(value, |value| value.owned),
        }),
        Tenant => Rule::Tenant(Marked {
            fact: &TENANTED_FACT,
            names: in_tenant,
        }),
        Relation { on, word } => Rule::Relation(Related {
            word: WORDS[*word],
            words: "relation",
            fact: &RELATIONS[*on],
        }),
        Condition(0) => Rule::When(When {
            id: TypeId::of::<Mark<2>>(),
            shape: SHAPES[0],
            needs: &[],
            ask: Ask::Wait(|_, world| {
                world.ask(4);
                Box::pin(ready(world.conditions[0]))
            }),
        }),
        Condition(2) => Rule::When(When {
            id: TypeId::of::<Mark<4>>(),
            shape: SHAPES[1],
            needs: &PLAIN_NEED,
            ask: Ask::WaitTogether(|_, about, world| {
                world.ask(7);
                Box::pin(ready(vec![world.conditions[2]; about.len()]))
            }),
        }),
        Condition(_) => Rule::When(When {
            id: TypeId::of::<Mark<3>>(),
            shape: SHAPES[1],
            needs: &PLAIN_NEED,
            ask: Ask::Call(condition),
        }),
        Not(inner) => Rule::Not(Box::leak(Box::new(rule(inner)))),
        All(inner) => Rule::All(list(inner)),
        Any(inner) => Rule::Any(list(inner)),
    }
}

/// A policy's rule and shape, as its attribute writes them.
pub(super) struct Policy {
    pub(super) rule: &'static Rule<World>,
    pub(super) shape: &'static PolicyShape,
}

impl Policy {
    pub(super) fn of(written: &Written) -> Self {
        let grants = || rule(&All(written.grants.clone()));
        let vetoes = || rule(&Any(written.vetoes.clone()));
        let mut parts = vec![grants()];
        if !written.vetoes.is_empty() {
            parts.push(Rule::Not(Box::leak(Box::new(vetoes()))));
        }
        if written.apart {
            parts.push(Rule::SameTenant(Box::leak(Box::new([grants(), vetoes()]))));
        }
        let shape = PolicyShape {
            forbids: !written.vetoes.is_empty(),
            hide: written.hide,
            fresh: written.fresh.then_some(Duration::ZERO),
            step_up: written.step_up.then_some(StepUp {
                within: Some(Duration::from_mins(10)),
                acr: None,
            }),
            tenancy: Tenancy {
                speaks: true,
                apart: written.apart,
                across: None,
            },
            ..STAND_IN
        };
        Self {
            rule: Box::leak(Box::new(Rule::All(Box::leak(parts.into())))),
            shape: Box::leak(Box::new(shape)),
        }
    }

    pub(super) fn answer(&self, world: &World) -> Result<(), DenialKind> {
        let (caller, account) = (world.caller(), Account::default());
        let stated = Stated {
            now: Some(SystemTime::UNIX_EPOCH + NOW),
            ..Stated::default()
        };
        let asker = Asker {
            caller: caller.as_ref(),
            stated: Some(&stated),
            account: self.shape.fresh.and(caller.as_ref()).map(|_| &account),
            tenants_apart: self.shape.tenancy.apart,
            hides: self.shape.hide,
            ..Asker::default()
        };
        let mut known = Known::new(asker);
        let sources = Sources {
            keys: Keys { params: None },
            request: None,
            state: world,
            deadline: Deadline::after(Duration::from_secs(1)),
            account: Some((Duration::ZERO, |blank, _, world: &World| {
                world.ask(6);
                Box::pin(ready(match world.now {
                    Now::Failed => Err("down".to_owned()),
                    Now::Gone => Ok(None),
                    Now::Is { writes, tenant } => {
                        let now = Identity::of(blank.kind(), blank.issuer(), blank.subject());
                        let now = now.roles_are(writes.then_some(Role::Writer));
                        let now = now.attach(IsAccount);
                        Ok(Some(match tenant {
                            Some(tenant) => now.tenant(tenant),
                            None => now,
                        }))
                    }
                }))
            })),
        };
        let truth = match at_once(self.rule, &mut known, world) {
            Verdict::Is(truth) => truth,
            Verdict::Needs(fact) => settle(self.rule, fact, &mut known, &sources)
                .now_or_never()
                .expect("all facts are there"),
        };
        for (fact, asked) in world.asked.iter().enumerate() {
            let asked = asked.load(Ordering::Relaxed);
            assert!(
                asked <= 1,
                "fact {fact} was asked for {asked} times: {world:?}"
            );
        }
        outcome(self.rule, self.shape, &known, truth)
    }
}
