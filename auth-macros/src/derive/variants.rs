//! The variants of an enum of names, and what their attributes say.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Data, DeriveInput, Expr, ExprLit, Fields, Lit, LitStr, Meta, Path, Token,
    parse::ParseStream, punctuated::Punctuated, spanned::Spanned,
};

use crate::{errors::Errors, name};

/// What an enum's variants name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Role,
    Permission,
    Relation,
}

impl Kind {
    pub(super) fn one(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Permission => "permission",
            Self::Relation => "relation",
        }
    }
}

/// A variant: its wire name, and what its attributes say.
pub(super) struct Entry<'a> {
    pub(super) ident: &'a Ident,
    pub(super) wire: String,
    pub(super) implies: Vec<Ident>,
    pub(super) grants: Vec<Granted>,
}

pub(super) struct Granted {
    pub(super) path: TokenStream,
    pub(super) literal: Option<LitStr>,
}

/// The variants of an enum; what is wrong with them is reported.
pub(super) fn entries<'a>(
    input: &'a DeriveInput,
    kind: Kind,
    errors: &mut Errors,
) -> Vec<Entry<'a>> {
    let what = format!("{}s", kind.one());
    let Data::Enum(data) = &input.data else {
        errors.at(
            input.ident.span(),
            format_args!("the app's {what} are an enum, a variant each"),
        );
        return Vec::new();
    };
    if data.variants.is_empty() {
        errors.at(
            input.ident.span(),
            format_args!("this enum has no {what}: add a variant"),
        );
    }
    if let Some(parameter) = input.generics.params.first() {
        errors.at(
            parameter.span(),
            format_args!("the app's {what} have no generic parameters"),
        );
    }
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            errors.at(
                variant.fields.span(),
                "a variant is a name alone: it has no fields",
            );
        }
        let mut entry = Entry {
            ident: &variant.ident,
            wire: match kind {
                Kind::Role | Kind::Relation => name::snake_case(&variant.ident),
                Kind::Permission => name::permission(&variant.ident),
            },
            implies: Vec::new(),
            grants: Vec::new(),
        };
        for attribute in &variant.attrs {
            if let Err(error) = read(attribute, &mut entry, kind) {
                errors.push(error);
            }
        }
        if let Some(other) = entries.iter().find(|other| other.wire == entry.wire) {
            errors.at(
                variant.ident.span(),
                format_args!(
                    "`{}` and `{}` are both written {:?}: give one of them a `#[name = \"...\"]`",
                    other.ident, variant.ident, entry.wire
                ),
            );
        }
        entries.push(entry);
    }
    entries
}

fn read(attribute: &Attribute, entry: &mut Entry<'_>, kind: Kind) -> syn::Result<()> {
    if attribute.path().is_ident("name") {
        entry.wire = named(attribute)?;
    } else if kind != Kind::Permission && attribute.path().is_ident("implies") {
        let implied =
            attribute.parse_args_with(Punctuated::<Ident, Token![,]>::parse_terminated)?;
        entry.implies.extend(implied);
    } else if kind == Kind::Role && attribute.path().is_ident("grants") {
        let granted =
            |input: ParseStream<'_>| Punctuated::<Granted, Token![,]>::parse_terminated(input);
        entry.grants.extend(attribute.parse_args_with(granted)?);
    }
    Ok(())
}

impl syn::parse::Parse for Granted {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let literal: LitStr = input.parse()?;
            let Some(variant) = name::of_literal(&literal) else {
                return Err(syn::Error::new(
                    literal.span(),
                    "a permission is written as in \"ticket:delete\"",
                ));
            };
            let vocabulary = Ident::new("Permission", literal.span());
            return Ok(Self {
                path: quote!(#vocabulary::#variant),
                literal: Some(literal),
            });
        }
        let path: Path = input.parse()?;
        let path = match path.get_ident() {
            Some(variant) => {
                let vocabulary = Ident::new("Permission", variant.span());
                quote!(#vocabulary::#variant)
            }
            None => path.into_token_stream(),
        };
        Ok(Self {
            path,
            literal: None,
        })
    }
}

/// The text of `#[name = "…"]`.
pub(super) fn named(attribute: &Attribute) -> syn::Result<String> {
    if let Meta::NameValue(meta) = &attribute.meta
        && let Expr::Lit(ExprLit {
            lit: Lit::Str(name),
            ..
        }) = &meta.value
        && !name.value().is_empty()
    {
        return Ok(name.value());
    }
    Err(syn::Error::new(
        attribute.span(),
        "a name is text: `#[name = \"super-admin\"]`",
    ))
}

/// Who implies whom, by index.
pub(super) fn edges(entries: &[Entry<'_>], kind: Kind, errors: &mut Errors) -> Vec<(usize, usize)> {
    let mut edges = Vec::new();
    for (from, entry) in entries.iter().enumerate() {
        for implied in &entry.implies {
            match entries.iter().position(|other| other.ident == implied) {
                Some(to) => edges.push((from, to)),
                None => errors.at(
                    implied.span(),
                    format_args!("there is no {} `{implied}` in this enum", kind.one()),
                ),
            }
        }
    }
    check_cycles(entries, &edges, errors);
    edges
}

fn check_cycles(entries: &[Entry<'_>], edges: &[(usize, usize)], errors: &mut Errors) {
    for (at, entry) in entries.iter().enumerate() {
        for implied in &entry.implies {
            let Some(to) = entries.iter().position(|other| other.ident == implied) else {
                continue;
            };
            // Reported once, at the edge that goes back in the order of writing.
            if to >= at && reaches(to, at, edges) {
                errors.at(
                    implied.span(),
                    format_args!("`{}` would imply itself through `{implied}`", entry.ident),
                );
            }
        }
    }
}

fn reaches(from: usize, to: usize, edges: &[(usize, usize)]) -> bool {
    let mut seen = vec![from];
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        for (_, next) in edges.iter().filter(|(start, _)| *start == at) {
            if !seen.contains(next) {
                seen.push(*next);
                open.push(*next);
            }
        }
    }
    false
}
