//! The policy language: what was written, with its spans.

mod atoms;
mod check;
mod denied;
pub(crate) mod expand;
mod fresh;
mod keys;
mod may_change;
mod parse;
mod print;
mod relation;
mod step_up;
mod value;

use proc_macro2::{Ident, Span, TokenStream};
use syn::{ExprClosure, LitStr, Path, Type};

pub(crate) use check::{Declaring, check};
pub(crate) use expand::found;
pub(crate) use parse::parse;
pub(crate) use print::text as words;

/// A policy as it was written: its outermost list.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) demands: Vec<Node>,
    pub(crate) forbids: Vec<Node>,
    pub(crate) hide: Option<Ident>,
    pub(crate) across_tenants: Option<Across>,
    pub(crate) fresh: Option<Fresh>,
    pub(crate) step_up: Option<StepUp>,
    pub(crate) may_change: Option<MayChange>,
    pub(crate) denied: Option<DeniedWords>,
    pub(crate) ignores_credentials: Option<Ident>,
}

/// `across_tenants(because = "…")`.
pub(crate) struct Across {
    pub(crate) key: Ident,
    pub(crate) because: LitStr,
}

/// `fresh`, `fresh(within = "30s")`.
pub(crate) struct Fresh {
    pub(crate) key: Ident,
    /// As it was written, and in seconds.
    pub(crate) within: Option<(LitStr, u64)>,
}

/// `step_up(within = "10m", acr = "mfa")`.
pub(crate) struct StepUp {
    pub(crate) key: Ident,
    /// As it was written, and in seconds.
    pub(crate) within: Option<(LitStr, u64)>,
    pub(crate) acr: Option<LitStr>,
}

/// `may_change(owner)`.
pub(crate) struct MayChange {
    pub(crate) key: Ident,
    pub(crate) marks: Vec<Ident>,
}

/// `denied(code = "…", detail = "…")`.
pub(crate) struct DeniedWords {
    pub(crate) key: Ident,
    pub(crate) code: LitStr,
    pub(crate) detail: Option<LitStr>,
}

/// One rule of a list.
pub(crate) enum Node {
    Authenticated,
    Role(Word),
    Permission(Word),
    Scope(LitStr),
    Owns(Named),
    Tenant(Named),
    Relation(Relation),
    Policy(Type),
    When(When),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
}

/// A role or permission: the variant's path, and the literal it was written as.
pub(crate) struct Word {
    pub(crate) path: TokenStream,
    pub(crate) literal: Option<LitStr>,
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A type named by a literal or a path.
pub(crate) struct Named {
    pub(crate) path: Path,
    pub(crate) literal: Option<LitStr>,
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Named {
    /// The type, as an error calls it.
    pub(crate) fn shown(&self) -> String {
        let last = self.path.segments.last();
        last.map(|last| last.ident.to_string()).unwrap_or_default()
    }
}

/// `relation(ProjectRole::Editor, on = "ticket", through = "project")`.
pub(crate) struct Relation {
    /// The enum.
    pub(crate) of: Path,
    pub(crate) variant: Ident,
    pub(crate) on: Named,
    /// The way up from there, a parent a step.
    pub(crate) through: Vec<Named>,
}

/// A condition: by path, with parameters or without, or in place.
pub(crate) enum When {
    Path(Path),
    Parameters(Path, TokenStream),
    Closure(ExprClosure),
}
