//! Policies that one crate declares and another names, nests and narrows.

use auth_core::{condition, policy};

use crate::notes::{Note, SeeBelow, is_ann};

/// Who may take a note off the shelf: readers of those below `LIMIT`, and never ann, whoever names this.
#[derive(Debug)]
#[policy(policy = SeeBelow<LIMIT>, forbid(when = is_ann))]
pub struct Take<const LIMIT: u64>;

/// Who may know that a note is on the shelf at all.
#[derive(Debug)]
#[policy(policy = Take<9>, when = above(0), hide)]
pub struct Find;

/// the note's number is above a limit
#[condition]
pub async fn above(#[param] limit: u64, notes: &[&Note]) -> Vec<bool> {
    notes.iter().map(|note| note.id > limit).collect()
}
