use std::fmt;

use super::{Vocabulary, VocabularyKind, Word};

/// The roles and permissions a caller holds: a bit a name, a row a vocabulary.
#[derive(Clone, Default)]
pub(super) struct Names(Vec<Held>);

#[derive(Clone)]
struct Held {
    vocabulary: &'static Vocabulary,
    bits: Box<[u64]>,
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
                let words = vocabulary.names.len().div_ceil(64);
                self.0.push(Held {
                    vocabulary,
                    bits: vec![0; words].into(),
                });
                self.0.len() - 1
            }
        };
        let index = usize::from(index);
        self.0[row].bits[index / 64] |= 1 << (index % 64);
    }

    pub(super) fn satisfy(&self, word: &Word) -> bool {
        self.0.iter().any(|held| {
            let direct = held.vocabulary.of == word.of && overlap(&held.bits, word.satisfied_by);
            direct
                || (matches!(word.kind, VocabularyKind::Permissions)
                    && held.vocabulary.grants.iter().any(|grant| {
                        grant.permission.of == word.of
                            && grant.permission.index == word.index
                            && overlap(&held.bits, grant.roles)
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
                    .filter(|(index, _)| held.bits[index / 64] >> (index % 64) & 1 == 1)
                    .map(|(_, name)| name)
            }))
            .finish()
    }
}
