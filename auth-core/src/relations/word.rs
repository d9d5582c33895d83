#![allow(missing_docs, reason = "hidden: only expansions use these")]

/// One relation, as a rule uses it.
#[derive(Clone, Copy, Debug)]
pub struct RelationWord {
    pub name: &'static str,
    /// Its own bit.
    pub bit: u64,
    /// The bits of all that imply it, its own included.
    pub satisfied_by: u64,
    /// What to write where it is asked of a resource it is no relation to.
    pub sentence: &'static str,
}

/// A relation that a rule names, and the rule's words.
pub trait Named: 'static {
    const WORD: RelationWord;
    const WORDS: &'static str;
}
