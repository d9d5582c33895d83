#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::{any::TypeId, fmt::Debug};

/// The app's roles: an enum with `#[derive(Roles)]`.
///
/// `#[implies(Reader)]` on a variant says that who has it has `Reader` too, transitively;
/// `#[grants("ticket:delete")]` that it grants a permission. On the wire a role is its name in
/// `snake_case`, or what `#[name = "…"]` says.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a role",
    label = "not a role",
    note = "add `#[derive(Roles)]` to `{Self}`"
)]
pub trait Roles: Copy + Debug + Eq + Send + Sync + 'static {
    #[doc(hidden)]
    const VOCABULARY: &'static Vocabulary;
    #[doc(hidden)]
    const ALL: &'static [Self];
    #[doc(hidden)]
    fn word(self) -> Word;

    /// The role of this name, as credentials and stores write it.
    #[must_use]
    fn named(name: &str) -> Option<Self> {
        Self::ALL.get(Self::VOCABULARY.index_of(name)?).copied()
    }
}

/// The app's permissions: an enum with `#[derive(Permissions)]`.
///
/// On the wire a permission is its first word, `:`, and the rest in `snake_case`
/// (`TicketBulkUpdate` is `"ticket:bulk_update"`), or what `#[name = "…"]` says.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a permission",
    label = "not a permission",
    note = "add `#[derive(Permissions)]` to `{Self}`"
)]
pub trait Permissions: Copy + Debug + Eq + Send + Sync + 'static {
    #[doc(hidden)]
    const VOCABULARY: &'static Vocabulary;
    #[doc(hidden)]
    const ALL: &'static [Self];
    #[doc(hidden)]
    fn word(self) -> Word;

    /// The permission of this name, as credentials and stores write it.
    #[must_use]
    fn named(name: &str) -> Option<Self> {
        Self::ALL.get(Self::VOCABULARY.index_of(name)?).copied()
    }
}

/// Which of the two a vocabulary is.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VocabularyKind {
    Roles,
    Permissions,
}

/// One enum of names, as data.
#[doc(hidden)]
#[derive(Debug)]
pub struct Vocabulary {
    pub of: TypeId,
    pub kind: VocabularyKind,
    pub type_name: &'static str,
    pub names: &'static [&'static str],
    pub implies: &'static [&'static [u64]],
    pub grants: &'static [Grant],
}

impl Vocabulary {
    /// Where a name stands in it, as credentials and stores write it.
    pub(crate) fn index_of(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| *known == name)
    }

    /// A name that another vocabulary of the kind has, too: where both stand in one list, nothing tells which is meant.
    #[cfg(any(feature = "stored", feature = "jwt"))]
    pub(crate) fn shares(&self, other: &Self) -> Option<&'static str> {
        if self.of == other.of || self.kind != other.kind {
            return None;
        }
        let mut names = self.names.iter().copied();
        names.find(|name| other.names.contains(name))
    }
}

/// A permission and the roles of the vocabulary that grant it.
#[doc(hidden)]
#[derive(Debug)]
pub struct Grant {
    pub permission: Word,
    pub roles: &'static [u64],
}

/// One name of a vocabulary, as a rule uses it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Word {
    pub of: TypeId,
    pub kind: VocabularyKind,
    pub type_name: &'static str,
    pub index: u16,
    pub name: &'static str,
    pub sentence: &'static str,
    pub satisfied_by: &'static [u64],
}

/// Row `i` of the answer holds the bits of all that `i` implies, itself included.
#[must_use]
pub const fn closure<const N: usize, const W: usize>(edges: &[(usize, usize)]) -> [[u64; W]; N] {
    let mut rows = single::<N, W>();
    // Each pass carries implications one step on, so N passes reach the end of the longest chain.
    let mut changed = true;
    while changed {
        changed = false;
        let mut edge = 0;
        while edge < edges.len() {
            let (from, to) = edges[edge];
            let mut word = 0;
            while word < W {
                let joined = rows[from][word] | rows[to][word];
                if joined != rows[from][word] {
                    rows[from][word] = joined;
                    changed = true;
                }
                word += 1;
            }
            edge += 1;
        }
    }
    rows
}

/// Row `i` of the answer holds the bits of all that imply `i`, itself included.
#[must_use]
pub const fn reversed<const N: usize, const W: usize>(rows: &[[u64; W]; N]) -> [[u64; W]; N] {
    let mut answer = [[0; W]; N];
    let mut from = 0;
    while from < N {
        let mut to = 0;
        while to < N {
            if rows[from][to / 64] >> (to % 64) & 1 == 1 {
                answer[to][from / 64] |= 1 << (from % 64);
            }
            to += 1;
        }
        from += 1;
    }
    answer
}

/// Row `i` of the answer holds bit `i` alone.
#[must_use]
pub const fn single<const N: usize, const W: usize>() -> [[u64; W]; N] {
    let mut rows = [[0; W]; N];
    let mut index = 0;
    while index < N {
        rows[index][index / 64] = 1 << (index % 64);
        index += 1;
    }
    rows
}

/// The word a literal names; panics, so at compile time, with the right spelling otherwise.
#[track_caller]
#[must_use]
pub const fn written(word: Word, literal: &str) -> Word {
    assert_spelling(same_text(word.name, literal), word.sentence);
    word
}

#[track_caller]
#[allow(
    clippy::manual_assert,
    reason = "`assert!` would name its own macro in the error"
)]
const fn assert_spelling(right: bool, sentence: &str) {
    if !right {
        panic!("{}", sentence);
    }
}

/// `==` for text, in a constant.
#[must_use]
pub const fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}
