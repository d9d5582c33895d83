//! The attribute and derive macros of `auth-core`, which re-exports them: depend on it alone.
//!
//! Each macro finds `auth-core` where the manifest names it, and where that can't tell, because another crate re-exports
//! it, where `crate` says: `#[requires(role = "writer", crate = platform::auth_core)]`, and for derives
//! `#[auth_core(crate = platform::auth_core)]`.
//!
//! Each macro is parse → expand on `proc_macro2`. On any error the user's item is kept, guarded by
//! a policy that denies, so that one mistake makes one error.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unreachable
)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "a stage takes what the compiler hands it"
)]

mod condition;
mod derive;
mod doc;
mod entry;
mod errors;
mod handler;
mod name;
mod own_crate;
mod policy;
mod public;
mod requires;
mod rule;
mod stand_in;
#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may")]
mod tests;

use proc_macro::TokenStream;

/// Declares what it takes to call a handler: `#[requires(role = "writer", owns = "ticket")]`.
///
/// The function gets a guard as its first argument, which runs before every other extractor. The
/// list is a conjunction; `any(…)`, `all(…)` and `not(…)` nest freely.
#[proc_macro_attribute]
pub fn requires(attribute: TokenStream, item: TokenStream) -> TokenStream {
    entry::attribute(attribute, item, requires::expand)
}

/// Declares that anyone may call a handler, and why: `#[public(because = "probes ask for it")]`.
///
/// With `ignores_credentials`, dead credentials make the caller nobody there: for login and refresh.
#[proc_macro_attribute]
pub fn public(attribute: TokenStream, item: TokenStream) -> TokenStream {
    entry::attribute(attribute, item, public::expand)
}

/// Declares a policy once, as a type that is its proof: `#[policy(owns = "ticket")] struct EditTicket;`.
#[proc_macro_attribute]
pub fn policy(attribute: TokenStream, item: TokenStream) -> TokenStream {
    entry::attribute(attribute, item, policy::expand)
}

/// Makes a function a condition of rules: `when = unlocked`. Its doc comment is what explanations
/// say.
///
/// It answers `bool`, or a `Result` whose error makes the decision unknown. One that awaits may take several
/// resources of a kind, `&[&Ticket]`, and answer `Vec<bool>`: it is asked about a list's items with one question,
/// and about a single one with a slice of one.
#[proc_macro_attribute]
pub fn condition(attribute: TokenStream, item: TokenStream) -> TokenStream {
    entry::attribute(attribute, item, condition::expand)
}

/// Makes an enum the app's roles.
#[proc_macro_derive(Roles, attributes(auth_core, implies, grants, name))]
pub fn roles(item: TokenStream) -> TokenStream {
    entry::derive(item, derive::vocabulary::roles)
}

/// Makes an enum the app's permissions.
#[proc_macro_derive(Permissions, attributes(auth_core, name))]
pub fn permissions(item: TokenStream) -> TokenStream {
    entry::derive(item, derive::vocabulary::permissions)
}

/// Makes an enum relations to one kind of resource: `#[relations(of = Project)]` says to which.
#[proc_macro_derive(Relations, attributes(auth_core, implies, name, relations))]
pub fn relations(item: TokenStream) -> TokenStream {
    entry::derive(item, derive::relations::expand)
}

/// Makes a struct what routes act on.
#[proc_macro_derive(
    Resource,
    attributes(auth_core, key, owner, parent, tenant, name, resource)
)]
pub fn resource(item: TokenStream) -> TokenStream {
    entry::derive(item, derive::resource::expand)
}

/// Makes a newtype an identifier of a person.
#[proc_macro_derive(SubjectId, attributes(auth_core))]
pub fn subject_id(item: TokenStream) -> TokenStream {
    entry::derive(item, derive::subject::expand)
}
