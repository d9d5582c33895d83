//! The logic alone: the same answers over every small expression and many random ones, and the laws that
//! hold for all of them. The atoms are conditions, whose answers a test can choose.

use std::{
    any::TypeId,
    sync::atomic::{AtomicU8, Ordering},
};

use super::{
    super::{Ask, ConditionShape, Rule, Truth, Verdict, When, Why},
    Random,
};
use crate::{
    Identity, Principal,
    facts::{Asker, Known},
};

pub(super) const ATOMS: usize = 4;
pub(super) const TRUTHS: [Truth; 4] = [
    Truth::True,
    Truth::False,
    Truth::Unknown(Why::Missing),
    Truth::Unknown(Why::Failed),
];

/// What each atom answers, and how often it was asked.
pub(super) struct World {
    truths: [Truth; ATOMS],
    asked: [AtomicU8; ATOMS],
}

impl World {
    pub(super) fn new(truths: [Truth; ATOMS]) -> Self {
        Self {
            truths,
            asked: Default::default(),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Expression {
    Authenticated,
    /// The first half of the atoms is about the principal.
    Atom(usize),
    Not(Box<Expression>),
    All(Vec<Expression>),
    Any(Vec<Expression>),
}
use Expression::{All, Any, Atom, Authenticated, Not};

const fn about_principal(atom: usize) -> bool {
    atom < ATOMS / 2
}

/// The naive evaluator: negation pushed to the atoms, every child evaluated, no short circuit.
pub(super) fn naive(
    expression: &Expression,
    negated: bool,
    somebody: bool,
    truths: &[Truth],
) -> Truth {
    match expression {
        Authenticated => Truth::known(somebody, negated),
        Atom(atom) if about_principal(*atom) && !somebody => Truth::False,
        Atom(atom) => truths[*atom].negated_if(negated),
        Not(inner) => naive(inner, !negated, somebody, truths),
        All(inner) | Any(inner) => {
            let children: Vec<_> = inner
                .iter()
                .map(|child| naive(child, negated, somebody, truths))
                .collect();
            let conjunction = matches!(expression, All(_)) != negated;
            let decides = Truth::known(!conjunction, false);
            let graver = children
                .iter()
                .filter(|t| matches!(t, Truth::Unknown(_)))
                .max_by_key(|t| matches!(t, Truth::Unknown(Why::Failed)));
            match graver {
                _ if children.contains(&decides) => decides,
                Some(unknown) => *unknown,
                None => Truth::known(conjunction, false),
            }
        }
    }
}

struct Mark<const N: usize>;

fn ask<const N: usize>(_: &Known<'_>, world: &World) -> Truth {
    world.asked[N].fetch_add(1, Ordering::Relaxed);
    world.truths[N]
}

fn when<const N: usize>() -> Rule<World> {
    const fn shape(words: &'static str, about_principal: bool) -> ConditionShape {
        ConditionShape {
            words,
            about_principal,
            sees_principal: about_principal,
            sees_context: false,
            resources: &[],
        }
    }
    static SHAPES: [ConditionShape; ATOMS] = [
        shape("0", about_principal(0)),
        shape("1", about_principal(1)),
        shape("2", about_principal(2)),
        shape("3", about_principal(3)),
    ];
    Rule::When(When {
        id: TypeId::of::<Mark<N>>(),
        shape: &SHAPES[N],
        needs: &[],
        ask: Ask::Call(ask::<N>),
    })
}

/// A rule is constant data; a test's is leaked.
pub(super) fn rule(expression: &Expression) -> Rule<World> {
    let list = |inner: &[Expression]| -> &'static [Rule<World>] {
        Box::leak(inner.iter().map(rule).collect())
    };
    match expression {
        Authenticated => Rule::Authenticated,
        Atom(0) => when::<0>(),
        Atom(1) => when::<1>(),
        Atom(2) => when::<2>(),
        Atom(_) => when::<3>(),
        Not(inner) => Rule::Not(Box::leak(Box::new(rule(inner)))),
        All(inner) => Rule::All(list(inner)),
        Any(inner) => Rule::Any(list(inner)),
    }
}

fn decide(rule: &'static Rule<World>, caller: Option<&Principal>, world: &World) -> Truth {
    let asker = Asker {
        caller,
        ..Asker::default()
    };
    let mut known = Known::new(asker);
    let Verdict::Is(truth) = rule.evaluate_or_call(&mut known, world, false) else {
        panic!("every condition here can be called");
    };
    for asked in &world.asked {
        assert!(
            asked.load(Ordering::Relaxed) <= 1,
            "an atom was asked twice"
        );
    }
    truth
}

pub(super) fn somebody() -> Principal {
    Principal::verified(Identity::person("https://id.example", "ann").into(), true)
}

fn agree(expression: &Expression, truths: [Truth; ATOMS], leaked: &'static Rule<World>) {
    let ann = somebody();
    for caller in [None, Some(&ann)] {
        let expected = naive(expression, false, caller.is_some(), &truths);
        let decided = decide(leaked, caller, &World::new(truths));
        assert_eq!(
            decided, expected,
            "{expression:?} over {truths:?}, {caller:?}"
        );
    }
}

fn deeper(smaller: &[Expression]) -> Vec<Expression> {
    let mut all = smaller.to_vec();
    all.extend(smaller.iter().map(|one| Not(Box::new(one.clone()))));
    for a in smaller {
        for b in smaller {
            all.push(All(vec![a.clone(), b.clone()]));
            all.push(Any(vec![a.clone(), b.clone()]));
        }
    }
    all
}

#[test]
fn every_expression_to_depth_three_agrees_with_the_naive_evaluator() {
    // One atom about the principal, one that is not, and `authenticated`.
    let atoms = [Authenticated, Atom(0), Atom(2)];
    for expression in deeper(&deeper(&atoms)) {
        let leaked = Box::leak(Box::new(rule(&expression)));
        for a in TRUTHS {
            for b in TRUTHS {
                agree(&expression, [a, Truth::True, b, Truth::True], leaked);
            }
        }
    }
}

impl Random {
    pub(super) fn truths(&mut self) -> [Truth; ATOMS] {
        std::array::from_fn(|_| TRUTHS[self.below(TRUTHS.len())])
    }

    pub(super) fn expression(&mut self, depth: usize, authenticated: bool) -> Expression {
        match self.below(if depth == 0 { 2 } else { 8 }) {
            0 if authenticated => Authenticated,
            0 | 1 => Atom(self.below(ATOMS)),
            2 | 3 => Not(Box::new(self.expression(depth - 1, authenticated))),
            kind => {
                let inner = (0..self.below(4))
                    .map(|_| self.expression(depth - 1, authenticated))
                    .collect();
                if kind < 6 { All(inner) } else { Any(inner) }
            }
        }
    }
}

#[test]
fn a_million_random_decisions_agree_with_the_naive_evaluator() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..10_000 {
        let expression = random.expression(4, true);
        let leaked = Box::leak(Box::new(rule(&expression)));
        for _ in 0..50 {
            agree(&expression, random.truths(), leaked);
        }
    }
}

#[test]
fn the_laws_hold_for_random_rules() {
    let mut random = Random(7);
    let ann = somebody();
    let value = |expression: &Expression, caller, truths| {
        decide(
            Box::leak(Box::new(rule(expression))),
            caller,
            &World::new(truths),
        )
    };
    for _ in 0..2_000 {
        let (a, b) = (random.expression(3, false), random.expression(3, false));
        let truths = random.truths();
        let not = |one: &Expression| Not(Box::new(one.clone()));
        for caller in [None, Some(&ann)] {
            // De Morgan, and the order of writing.
            let both = All(vec![a.clone(), b.clone()]);
            assert_eq!(
                value(&not(&both), caller, truths),
                value(&Any(vec![not(&a), not(&b)]), caller, truths)
            );
            let swapped = All(vec![b.clone(), a.clone()]);
            assert_eq!(
                value(&both, caller, truths),
                value(&swapped, caller, truths)
            );
            // A veto never grants.
            let vetoed = All(vec![a.clone(), not(&b)]);
            if value(&vetoed, caller, truths) == Truth::True {
                assert_eq!(value(&a, caller, truths), Truth::True);
            }
        }
        // Nobody never gets more than somebody.
        if value(&a, None, truths) == Truth::True {
            assert_eq!(
                value(&a, Some(&ann), truths),
                Truth::True,
                "{a:?} over {truths:?}"
            );
        }
        // A rule over nothing but unknowns never comes to a grant by them: making one true or
        // false never turns a grant into its opposite.
        let unknown = [Truth::Unknown(Why::Failed); ATOMS];
        if value(&a, Some(&ann), unknown) == Truth::True {
            assert_eq!(value(&a, Some(&ann), truths), Truth::True);
        }
    }
}

#[test]
fn a_condition_that_panics_is_unknown_under_a_negation_too() {
    fn bad(_: &Known<'_>, _: &World) -> Truth {
        panic!("a condition of the app's")
    }
    static SHAPE: ConditionShape = ConditionShape {
        words: "bad",
        about_principal: false,
        sees_principal: false,
        sees_context: false,
        resources: &[],
    };
    let atom = || {
        Rule::When(When {
            id: TypeId::of::<Mark<9>>(),
            shape: &SHAPE,
            needs: &[],
            ask: Ask::Call(bad),
        })
    };
    let world = World::new([Truth::True; ATOMS]);
    let plain = Box::leak(Box::new(atom()));
    assert_eq!(decide(plain, None, &world), Truth::Unknown(Why::Failed));
    let negated = Box::leak(Box::new(Rule::Not(plain)));
    assert_eq!(decide(negated, None, &world), Truth::Unknown(Why::Failed));
}
