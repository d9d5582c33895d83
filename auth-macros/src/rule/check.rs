use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Pat, Type, spanned::Spanned};

use super::{Node, When, Written};
use crate::{condition::slice_of, errors::Errors};

/// What a rule stands on.
#[derive(Default)]
pub(crate) struct Declaring<'a> {
    /// A handler's own type parameters.
    pub(crate) parameters: Vec<&'a Ident>,
    /// The policy's own name.
    pub(crate) policy: Option<&'a Ident>,
}

/// What can be said about a rule before rustc sees it.
pub(crate) fn check(written: &Written, on: &Declaring<'_>, errors: &mut Errors) {
    if errors.count() == 0 && written.demands.is_empty() {
        let words =
            "this policy only takes away, so it allows nothing: say who may, as in `authenticated`";
        let span = written
            .hide
            .as_ref()
            .or(written.across_tenants.as_ref().map(|across| &across.key))
            .or(written.fresh.as_ref().map(|fresh| &fresh.key))
            .or(written.step_up.as_ref().map(|step_up| &step_up.key))
            .or(written.may_change.as_ref().map(|marks| &marks.key))
            .or(written.denied.as_ref().map(|denied| &denied.key))
            .or(written.ignores_credentials.as_ref())
            .map_or_else(proc_macro2::Span::call_site, Ident::span);
        errors.at(span, words);
    }
    if let Some(key) = &written.ignores_credentials {
        if on.policy.is_some() {
            errors.at(
                key.span(),
                "dead credentials are a handler's matter: write `ignores_credentials` in its `#[requires(...)]`",
            );
        } else if written.step_up.is_some()
            || !written
                .demands
                .iter()
                .all(|node| may_hold_for_nobody(node, false))
        {
            errors.at(
                key.span(),
                "nobody passes this rule without credentials, so there is nothing to ignore them for: leave this out",
            );
        }
    }
    for node in written.demands.iter().chain(&written.forbids) {
        check_node(node, false, on, errors);
    }
}

/// Whether a rule may hold for who sends no credentials, as far as it can be told from its words.
fn may_hold_for_nobody(node: &Node, negated: bool) -> bool {
    let holds = |inner: &Node| may_hold_for_nobody(inner, negated);
    match node {
        Node::Authenticated => negated,
        Node::Role(_)
        | Node::Permission(_)
        | Node::Scope(_)
        | Node::Owns(_)
        | Node::Tenant(_)
        | Node::Relation(_) => false,
        Node::When(_) | Node::Policy(_) => true,
        Node::Not(inner) => may_hold_for_nobody(inner, !negated),
        Node::All(inner) if !negated => inner.iter().all(holds),
        Node::Any(inner) if negated => inner.iter().all(holds),
        Node::All(inner) | Node::Any(inner) => inner.iter().any(holds),
    }
}

fn check_node(node: &Node, negated: bool, on: &Declaring<'_>, errors: &mut Errors) {
    match node {
        Node::All(inner) | Node::Any(inner) => {
            for node in inner {
                check_node(node, negated, on, errors);
            }
        }
        Node::Not(inner) => {
            if negated {
                errors.at(span_of(inner), "`not(not(…))` says nothing: leave both out");
            } else {
                check_node(inner, true, on, errors);
            }
        }
        Node::When(When::Closure(closure)) => {
            let untyped = |input: &&Pat| !matches!(input, Pat::Type(_));
            if let Some(input) = closure.inputs.iter().find(untyped) {
                errors.at(
                    input.span(),
                    "write each argument's type, as in `|ticket: &Ticket| ticket.open`",
                );
            }
            let by_value = closure.inputs.iter().find_map(|input| match input {
                Pat::Type(typed) if is_by_value(&typed.ty) => Some(&typed.ty),
                _ => None,
            });
            if let Some(ty) = by_value {
                let shown = super::words(ty.to_token_stream());
                errors.at(
                    ty.span(),
                    format_args!("a closure borrows what it looks at: `&{shown}`"),
                );
            }
            let several = closure.inputs.iter().find_map(|input| match input {
                Pat::Type(typed) => slice_of(&typed.ty),
                _ => None,
            });
            if let Some(of) = several {
                errors.at(
                    of.span(),
                    "a closure asks about one resource: a condition over several is a function with `#[condition]`",
                );
            }
            check_generic(&closure.inputs.to_token_stream(), on, errors);
        }
        Node::Owns(named) | Node::Tenant(named) => {
            check_generic(&named.path.to_token_stream(), on, errors);
        }
        Node::Relation(relation) => {
            check_generic(&relation.of.to_token_stream(), on, errors);
            for named in [&relation.on].into_iter().chain(&relation.through) {
                check_generic(&named.path.to_token_stream(), on, errors);
            }
        }
        Node::Policy(policy) => {
            if let Type::Path(path) = policy
                && on.policy.is_some_and(|own| path.path.is_ident(own))
            {
                errors.at(policy.span(), "a policy can't name itself");
            }
            check_generic(&policy.to_token_stream(), on, errors);
        }
        _ => {}
    }
}

/// Whether an argument would be moved into a closure: of all that conditions may take only `State` and what may be absent
/// stand by themselves.
fn is_by_value(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident != "State" && last.ident != "Option")
}

/// The hidden policy stands beside the function, where its type parameters mean nothing.
fn check_generic(tokens: &TokenStream, on: &Declaring<'_>, errors: &mut Errors) {
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) if on.parameters.iter().any(|one| **one == ident) => {
                errors.at(ident.span(), format_args!(
                    "a rule can't speak of the handler's own type parameter `{ident}`: name a type"
                ));
            }
            TokenTree::Group(group) => check_generic(&group.stream(), on, errors),
            _ => {}
        }
    }
}

fn span_of(node: &Node) -> proc_macro2::Span {
    match node {
        Node::Role(word) | Node::Permission(word) => word.span,
        Node::Scope(scope) => scope.span(),
        Node::Owns(named) | Node::Tenant(named) => named.span,
        Node::Relation(relation) => relation.variant.span(),
        Node::Policy(policy) => policy.span(),
        Node::When(When::Path(path) | When::Parameters(path, _)) => path.span(),
        Node::When(When::Closure(closure)) => closure.span(),
        Node::Not(inner) => span_of(inner),
        Node::All(inner) | Node::Any(inner) => inner
            .first()
            .map_or_else(proc_macro2::Span::call_site, span_of),
        Node::Authenticated => proc_macro2::Span::call_site(),
    }
}
