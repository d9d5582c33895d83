//! What a condition is given, told by the types of its arguments.

use proc_macro2::Ident;
use quote::format_ident;
use syn::{Attribute, GenericArgument, PathArguments, Type};

pub(super) const ARGUMENTS: &str = "a condition takes `&Principal`, `Option<&Principal>`, `&Context`, `&SomeResource`, `&[&SomeResource]` or `State<T>`; a value that each use gives is marked `#[param]`";

/// What an argument is given.
pub(super) enum Argument {
    Principal,
    MaybePrincipal,
    Context,
    State(Type),
    Resource(Type),
    /// Several resources of a kind, asked about together: `&[&Ticket]`.
    Resources(Type),
    Param(Ident, Type),
}

pub(super) fn argument(ty: &Type) -> Argument {
    match ty {
        Type::Reference(_) if let Some(Type::Reference(of)) = slice_of(ty) => {
            Argument::Resources((*of.elem).clone())
        }
        Type::Reference(reference) => match last_segment(&reference.elem) {
            Some(name) if name == "Principal" => Argument::Principal,
            Some(name) if name == "Context" => Argument::Context,
            _ => Argument::Resource((*reference.elem).clone()),
        },
        Type::Path(path) => {
            let last = path.path.segments.last();
            let inner = last.and_then(|last| match &last.arguments {
                PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                    Some(GenericArgument::Type(ty)) => Some((last.ident.to_string(), ty)),
                    _ => None,
                },
                _ => None,
            });
            match inner {
                Some((name, inner)) if name == "State" => Argument::State(inner.clone()),
                Some((name, Type::Reference(of)))
                    if name == "Option"
                        && last_segment(&of.elem).is_some_and(|name| name == "Principal") =>
                {
                    Argument::MaybePrincipal
                }
                _ => Argument::Param(format_ident!("unknown"), ty.clone()),
            }
        }
        other => Argument::Param(format_ident!("unknown"), other.clone()),
    }
}

fn last_segment(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

/// `#[param]`: each use gives it.
pub(super) fn is_param(attribute: &Attribute) -> bool {
    attribute.path().is_ident("param")
}

/// What a slice is of, if it is one.
pub(crate) fn slice_of(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Reference(reference) => match &*reference.elem {
            Type::Slice(slice) => Some(&slice.elem),
            _ => None,
        },
        _ => None,
    }
}
