//! Decisions outside a handler: over values, over lists, and beforehand.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_async,
    reason = "conditions are written as the language takes them"
)]

mod changes;
mod check;
mod deadline;
mod fields;
mod filter;
mod fresh_relations;
mod jobs;
mod lent;
mod of_a_macro;
mod propose;
mod together;
mod tracker;
