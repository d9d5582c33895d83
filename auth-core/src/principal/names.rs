use std::fmt;

use super::{Vocabulary, VocabularyKind, Word};

/// The roles and permissions a caller holds: a bit a name, a row a vocabulary.
#[derive(Clone, Default)]
pub(super) struct Names(Vec<Held>);

#[derive(Clone)]
struct Held {
    vocabulary: &'static Vocabulary,
    bits: Bits,
    /// The credential says that there are more, which it doesn't state.
    left_out: bool,
}

/// A bit a name. Few vocabularies have more than 64, and those few pay for it.
#[derive(Clone)]
enum Bits {
    Word([u64; 1]),
    Words(Box<[u64]>),
}

impl Bits {
    fn none_of(names: usize) -> Self {
        match names.div_ceil(64) {
            0 | 1 => Self::Word([0]),
            words => Self::Words(vec![0; words].into()),
        }
    }

    fn words(&self) -> &[u64] {
        match self {
            Self::Word(word) => word,
            Self::Words(words) => words,
        }
    }

    fn has(&self, index: usize) -> bool {
        self.words()[index / 64] >> (index % 64) & 1 == 1
    }

    fn unite(&mut self, other: &Self) {
        let words = match self {
            Self::Word(word) => word.as_mut_slice(),
            Self::Words(words) => words,
        };
        for (word, other) in words.iter_mut().zip(other.words()) {
            *word |= other;
        }
    }

    fn set(&mut self, index: u16) {
        let index = usize::from(index);
        let words = match self {
            Self::Word(word) => word.as_mut_slice(),
            Self::Words(words) => words,
        };
        words[index / 64] |= 1 << (index % 64);
    }
}

impl Names {
    pub(super) fn hold(&mut self, vocabulary: &'static Vocabulary, index: u16) {
        self.row(vocabulary).bits.set(index);
    }

    /// Says that there are more names of a vocabulary than are held here.
    #[cfg(feature = "jwt")]
    pub(super) fn leave_out(&mut self, vocabulary: &'static Vocabulary) {
        self.row(vocabulary).left_out = true;
    }

    /// Nothing is held of a vocabulary, and nothing is left out of it: that much is stated.
    pub(super) fn state_none(&mut self, vocabulary: &'static Vocabulary) {
        self.0.retain(|held| held.vocabulary.of != vocabulary.of);
        self.row(vocabulary);
    }

    /// What is held of a vocabulary is stated, if only that it is nothing.
    #[cfg(feature = "jwt")]
    pub(super) fn say(&mut self, vocabulary: &'static Vocabulary) {
        self.row(vocabulary);
    }

    /// Takes over the vocabularies that nothing is stated of, or not all.
    pub(super) fn complete(&mut self, other: &Self) {
        for row in &other.0 {
            let of = row.vocabulary.of;
            match self.0.iter_mut().find(|held| held.vocabulary.of == of) {
                // What is stated stays so, beside what was left out.
                Some(held) if held.left_out => {
                    held.bits.unite(&row.bits);
                    held.left_out = row.left_out;
                }
                Some(_) => {}
                None => self.0.push(row.clone()),
            }
        }
    }

    /// Whether it is stated, or follows from what is, that a name is held or not.
    pub(super) fn state(&self, word: &Word) -> bool {
        let mut rows = self
            .0
            .iter()
            .filter(|held| held.satisfies(word).is_some())
            .peekable();
        rows.peek().is_some() && rows.all(|held| !held.left_out)
    }

    /// Whether the same is stated of the same vocabularies, in whatever order.
    pub(super) fn are(&self, other: &Self) -> bool {
        let same = |one: &Held, other: &Held| {
            one.vocabulary.of == other.vocabulary.of
                && one.bits.words() == other.bits.words()
                && one.left_out == other.left_out
        };
        let stated = |one: &Held| other.0.iter().any(|other| same(one, other));
        self.0.len() == other.0.len() && self.0.iter().all(stated)
    }

    fn row(&mut self, vocabulary: &'static Vocabulary) -> &mut Held {
        let mut rows = self.0.iter();
        let row = match rows.position(|held| held.vocabulary.of == vocabulary.of) {
            Some(row) => row,
            None => {
                self.0.push(Held {
                    vocabulary,
                    bits: Bits::none_of(vocabulary.names.len()),
                    left_out: false,
                });
                self.0.len() - 1
            }
        };
        &mut self.0[row]
    }

    /// Whether a name is held, directly or by what is, as far as is stated.
    #[cfg(feature = "api-keys")]
    pub(super) fn holds(&self, vocabulary: &Vocabulary, index: u16) -> bool {
        let place = usize::from(index);
        self.0.iter().any(|held| {
            let same = held.vocabulary.of == vocabulary.of;
            let mut rows = held.vocabulary.implies.iter().enumerate();
            let implied = |row: &[u64]| row[place / 64] >> (place % 64) & 1 == 1;
            let mut grants = held.vocabulary.grants.iter();
            same && rows.any(|(at, row)| held.bits.has(at) && implied(row))
                || grants.any(|grant| {
                    (grant.permission.of, grant.permission.index) == (vocabulary.of, index)
                        && overlap(held.bits.words(), grant.roles)
                })
        })
    }

    /// Whether a name is held, directly or by what is; none where one that is left out might be it.
    pub(super) fn satisfy(&self, word: &Word) -> Option<bool> {
        let mut left_out = false;
        for held in &self.0 {
            match held.satisfies(word) {
                Some(true) => return Some(true),
                Some(false) => left_out |= held.left_out,
                None => {}
            }
        }
        if left_out { None } else { Some(false) }
    }
}

impl Held {
    /// None where no name of this vocabulary could.
    fn satisfies(&self, word: &Word) -> Option<bool> {
        if self.vocabulary.of == word.of {
            return Some(overlap(self.bits.words(), word.satisfied_by));
        }
        if !matches!(word.kind, VocabularyKind::Permissions) {
            return None;
        }
        // Several roles may grant it, each for itself.
        let grants = self.vocabulary.grants.iter();
        let mut granting = grants
            .filter(|grant| grant.permission.of == word.of && grant.permission.index == word.index)
            .peekable();
        granting.peek()?;
        Some(granting.any(|grant| overlap(self.bits.words(), grant.roles)))
    }
}

fn overlap(held: &[u64], wanted: &[u64]) -> bool {
    held.iter()
        .zip(wanted)
        .any(|(held, wanted)| held & wanted != 0)
}

impl Names {
    fn held(&self) -> impl Iterator<Item = (VocabularyKind, &'static str)> {
        self.0.iter().flat_map(|held| {
            let names = held.vocabulary.names.iter().enumerate();
            let names = names.filter(|(index, _)| held.bits.has(*index));
            names.map(|(_, name)| (held.vocabulary.kind, *name))
        })
    }

    /// What is held, in the words of a rule.
    pub(super) fn words(&self) -> impl Iterator<Item = String> {
        self.held().map(|(kind, name)| match kind {
            VocabularyKind::Roles => format!("role = {name:?}"),
            VocabularyKind::Permissions => format!("permission = {name:?}"),
        })
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.held().map(|(_, name)| name))
            .finish()
    }
}
