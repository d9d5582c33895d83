use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Pat, spanned::Spanned};

use super::{Node, When, Written};
use crate::errors::Errors;

/// What can be said about a rule before rustc sees it.
pub(crate) fn check(written: &Written, type_parameters: &[&Ident], errors: &mut Errors) {
    if errors.count() == 0 && written.demands.is_empty() {
        let words =
            "this policy only takes away, so it allows nothing: say who may, as in `authenticated`";
        let span = written
            .hide
            .as_ref()
            .map_or_else(proc_macro2::Span::call_site, Ident::span);
        errors.at(span, words);
    }
    for node in written.demands.iter().chain(&written.forbids) {
        check_node(node, false, type_parameters, errors);
    }
}

fn check_node(node: &Node, negated: bool, parameters: &[&Ident], errors: &mut Errors) {
    match node {
        Node::All(inner) | Node::Any(inner) => {
            for node in inner {
                check_node(node, negated, parameters, errors);
            }
        }
        Node::Not(inner) => {
            if negated {
                errors.at(span_of(inner), "`not(not(…))` says nothing: leave both out");
            } else {
                check_node(inner, true, parameters, errors);
            }
        }
        Node::When(When::Closure(closure)) => {
            for input in &closure.inputs {
                if !matches!(input, Pat::Type(_)) {
                    errors.at(
                        input.span(),
                        "write the argument's type, as in `|ticket: &Ticket| ticket.open`",
                    );
                }
            }
            check_generic(&closure.inputs.to_token_stream(), parameters, errors);
        }
        Node::Owns(named) => check_generic(&named.path.to_token_stream(), parameters, errors),
        Node::Policy(policy) => check_generic(&policy.to_token_stream(), parameters, errors),
        _ => {}
    }
}

/// The hidden policy stands beside the function, where its type parameters mean nothing.
fn check_generic(tokens: &TokenStream, parameters: &[&Ident], errors: &mut Errors) {
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) if parameters.iter().any(|one| **one == ident) => {
                errors.at(ident.span(), format_args!(
                    "a rule can't speak of the handler's own type parameter `{ident}`: name a type"
                ));
            }
            TokenTree::Group(group) => check_generic(&group.stream(), parameters, errors),
            _ => {}
        }
    }
}

fn span_of(node: &Node) -> proc_macro2::Span {
    match node {
        Node::Role(word) | Node::Permission(word) => word.span,
        Node::Scope(scope) => scope.span(),
        Node::Owns(named) => named.span,
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
