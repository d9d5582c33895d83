use std::fmt;

use super::{Vocabulary, VocabularyKind, Word};

/// The roles and permissions a caller holds: a bit a name, a row a vocabulary.
#[derive(Clone, Default)]
pub(super) struct Names(Vec<Held>);

#[derive(Clone)]
struct Held {
    vocabulary: &'static Vocabulary,
    bits: Bits,
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
        let row = match self
            .0
            .iter()
            .position(|held| held.vocabulary.of == vocabulary.of)
        {
            Some(row) => row,
            None => {
                self.0.push(Held {
                    vocabulary,
                    bits: Bits::none_of(vocabulary.names.len()),
                });
                self.0.len() - 1
            }
        };
        self.0[row].bits.set(index);
    }

    pub(super) fn satisfy(&self, word: &Word) -> bool {
        self.0.iter().any(|held| {
            let direct =
                held.vocabulary.of == word.of && overlap(held.bits.words(), word.satisfied_by);
            direct
                || (matches!(word.kind, VocabularyKind::Permissions)
                    && held.vocabulary.grants.iter().any(|grant| {
                        grant.permission.of == word.of
                            && grant.permission.index == word.index
                            && overlap(held.bits.words(), grant.roles)
                    }))
        })
    }
}

fn overlap(held: &[u64], wanted: &[u64]) -> bool {
    held.iter()
        .zip(wanted)
        .any(|(held, wanted)| held & wanted != 0)
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().flat_map(|held| {
                let names = held.vocabulary.names.iter().enumerate();
                names
                    .filter(|(index, _)| held.bits.words()[index / 64] >> (index % 64) & 1 == 1)
                    .map(|(_, name)| name)
            }))
            .finish()
    }
}
