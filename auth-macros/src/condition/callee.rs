use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Expr, ExprClosure, FnArg, Pat, PatType, ReturnType, Type, spanned::Spanned};

use super::argument::{ARGUMENTS, Argument, argument, is_param, slice_of};
use crate::{doc, errors::Errors, handler::Function, name::ours, rule};

/// What is called: a function or a closure.
pub(crate) struct Callee {
    pub(super) call: TokenStream,
    pub(super) arguments: Vec<Argument>,
    pub(super) waits: bool,
    pub(super) answer: Option<Type>,
    pub(super) words: String,
}

impl Callee {
    pub(crate) fn closure(closure: &ExprClosure) -> Self {
        let typed = closure.inputs.iter().filter_map(|input| match input {
            Pat::Type(PatType { ty, .. }) => Some(argument(ty)),
            _ => None,
        });
        let arguments = typed.collect();
        Self {
            call: quote!((#closure)),
            arguments,
            waits: closure.asyncness.is_some() || matches!(&*closure.body, Expr::Async(_)),
            answer: None,
            words: rule::words(closure.to_token_stream()),
        }
    }

    pub(super) fn function(function: &Function, errors: &mut Errors) -> Self {
        let signature = &function.signature;
        let mut arguments = Vec::new();
        for input in &signature.inputs {
            match input {
                FnArg::Receiver(receiver) => errors.at(
                    receiver.span(),
                    "`#[condition]` works on free functions: move it out of the `impl` block",
                ),
                FnArg::Typed(typed) if typed.attrs.iter().any(is_param) => {
                    let at = arguments.len();
                    let field = format_ident!("p{at}", span = ours(typed.span()));
                    arguments.push(Argument::Param(field, (*typed.ty).clone()));
                }
                FnArg::Typed(typed) => match argument(&typed.ty) {
                    Argument::Resource(_) if let Some(of) = slice_of(&typed.ty) => {
                        let shown = rule::words(of.to_token_stream());
                        errors.at(
                            of.span(),
                            format!("a condition over several resources takes references to them: write `&[&{shown}]`"),
                        );
                    }
                    Argument::Param(..) => errors.at(typed.ty.span(), ARGUMENTS),
                    known => arguments.push(known),
                },
            }
        }
        check_several(function, &arguments, errors);
        if let Some(parameter) = signature.generics.params.first() {
            errors.at(
                parameter.span(),
                "a condition has no generic parameters: name the types",
            );
        }
        let answer = match &signature.output {
            ReturnType::Type(_, ty) => Some((**ty).clone()),
            ReturnType::Default => {
                errors.at(
                    signature.ident.span(),
                    "a condition answers: write `-> bool` or `-> Result<bool, _>`",
                );
                None
            }
        };
        let words = doc::words(&function.attributes);
        let name = &signature.ident;
        Self {
            call: name.to_token_stream(),
            arguments,
            waits: signature.asyncness.is_some(),
            answer,
            words: if words.is_empty() {
                name.to_string()
            } else {
                words
            },
        }
    }

    pub(super) fn has_params(&self) -> bool {
        self.params().next().is_some()
    }

    pub(super) fn params(&self) -> impl Iterator<Item = (&Ident, &Type)> {
        self.arguments.iter().filter_map(|argument| match argument {
            Argument::Param(field, ty) => Some((field, ty)),
            _ => None,
        })
    }
}

/// A condition over several resources is asked about a list's items together, so it looks at nothing that one
/// item has and another has not; one that needs no waiting costs nothing item by item.
fn check_several(function: &Function, arguments: &[Argument], errors: &mut Errors) {
    let several = |argument: &Argument| matches!(argument, Argument::Resources(_));
    if !arguments.iter().any(several) {
        return;
    }
    let signature = &function.signature;
    if signature.asyncness.is_none() {
        errors.at(
            signature.ident.span(),
            "a condition over several resources is `async`; one that needs no waiting takes one resource, and is called for each",
        );
    }
    let mut resources = arguments.iter().filter_map(|argument| match argument {
        Argument::Resource(of) | Argument::Resources(of) => Some(of),
        _ => None,
    });
    if let Some(second) = resources.nth(1) {
        errors.at(
            second.span(),
            "a condition over several resources looks at no other resource",
        );
    }
}
