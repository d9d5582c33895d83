//! What is blamed is the fewest atoms there are, compared with every way of changing them.

use super::{
    super::{Rule, Truth, When},
    Random,
    logic::{ATOMS, Expression, TRUTHS, World, naive, rule, somebody},
};
use crate::{
    audit::blame,
    facts::{Asker, Known},
};

/// The fewest atoms that would have to answer otherwise; none where none would do.
fn fewest(expression: &Expression, truths: [Truth; ATOMS]) -> Option<usize> {
    let choices = 3_usize.pow(u32::try_from(ATOMS).unwrap_or(0));
    let costs = (0..choices).filter_map(|choice| {
        let mut changed = truths;
        for (atom, truth) in changed.iter_mut().enumerate() {
            match choice / 3_usize.pow(u32::try_from(atom).unwrap_or(0)) % 3 {
                0 => {}
                1 => *truth = Truth::True,
                _ => *truth = Truth::False,
            }
        }
        let cost = changed.iter().zip(&truths).filter(|(a, b)| a != b).count();
        let holds = naive(expression, false, true, &changed) == Truth::True;
        holds.then_some(cost)
    });
    costs.min()
}

fn ask_all(rule: &'static Rule<World>, known: &mut Known<'_>, world: &World) {
    let mut all: Vec<&When<World>> = Vec::new();
    rule.each_atom(&mut |atom| {
        if let Rule::When(when) = atom
            && all.iter().all(|other| other.id != when.id)
        {
            all.push(when);
        }
    });
    for when in all {
        when.call(known, world);
    }
}

#[test]
fn the_reasons_are_the_fewest_atoms_that_make_it_hold() {
    let mut random = Random(11);
    let ann = somebody();
    let (mut told, mut impossible) = (0, 0);
    for _ in 0..4_000 {
        let expression = random.expression(4, false);
        let leaked = Box::leak(Box::new(rule(&expression)));
        for _ in 0..4 {
            let truths = random.truths();
            let asker = Asker {
                caller: Some(&ann),
                ..Asker::default()
            };
            let mut known = Known::new(asker);
            ask_all(leaked, &mut known, &World::new(truths));
            let reasons = blame(leaked, &known).reasons;
            let Some(fewest) = fewest(&expression, truths) else {
                assert!(reasons.is_empty(), "{expression:?}: {reasons:?}");
                impossible += 1;
                continue;
            };
            assert_eq!(
                reasons.len(),
                fewest,
                "{expression:?} over {truths:?}: {reasons:?}"
            );
            let mut mended = truths;
            for reason in &reasons {
                let atom: usize = reason.name.parse().expect("an atom's number");
                assert_eq!(
                    reason.known,
                    truths[atom] != TRUTHS[2] && truths[atom] != TRUTHS[3]
                );
                mended[atom] = Truth::known(reason.wanted, false);
            }
            assert_eq!(
                naive(&expression, false, true, &mended),
                Truth::True,
                "{expression:?} over {truths:?}: {reasons:?}"
            );
            told += usize::from(fewest > 0);
        }
    }
    // Else the comparison compares nothing.
    assert!(
        told > 1_000 && impossible > 100,
        "{told} told, {impossible} impossible"
    );
}

/// Rules that hold in very many ways, none of which holds now: `all(any(…), any(…), …)`.
fn wide(lists: usize, each: usize) -> Expression {
    let any = || {
        Expression::Any(
            (0..each)
                .map(|atom| Expression::Atom(atom % ATOMS))
                .collect(),
        )
    };
    Expression::All((0..lists).map(|_| any()).collect())
}

#[test]
fn what_holds_in_very_many_ways_is_searched_as_far_as_its_length_allows_and_says_so() {
    let ann = somebody();
    let asker = Asker {
        caller: Some(&ann),
        ..Asker::default()
    };
    let cut = |lists, each| {
        let rule = Box::leak(Box::new(rule(&wide(lists, each))));
        let mut known = Known::new(asker);
        ask_all(rule, &mut known, &World::new([Truth::False; ATOMS]));
        let blamed = blame(rule, &known);
        assert_eq!(blamed.reasons.len(), 1, "one that stands in each list");
        blamed.cut
    };
    assert!(!cut(3, 3));
    // 8^64 ways: without a bound this never ends.
    assert!(cut(64, 8));
}
