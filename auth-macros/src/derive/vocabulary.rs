use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, Data, DeriveInput, Expr, ExprLit, Fields, Lit, LitStr, Meta, Path, Token,
    parse::ParseStream, parse2, punctuated::Punctuated, spanned::Spanned,
};

use crate::{errors::Errors, name};

pub(crate) fn roles(item: TokenStream) -> TokenStream {
    expand(item, true)
}

pub(crate) fn permissions(item: TokenStream) -> TokenStream {
    expand(item, false)
}

/// A variant: its wire name, and what its attributes say.
struct Entry<'a> {
    ident: &'a Ident,
    wire: String,
    implies: Vec<Ident>,
    grants: Vec<Granted>,
}

struct Granted {
    path: TokenStream,
    literal: Option<LitStr>,
}

fn expand(item: TokenStream, roles: bool) -> TokenStream {
    let input: DeriveInput = match parse2(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let entries = entries(&input, roles, &mut errors);
    let edges = edges(&entries, &mut errors);
    check_cycles(&entries, &edges, &mut errors);
    let Some(failed) = errors.finish() else {
        let all = entries.iter().map(|entry| entry.ident);
        return emit(&input, &entries, &edges, &quote!(&[#(Self::#all),*]), roles);
    };
    // A stand-in, so that what uses the enum makes no second error.
    let impls = matches!(input.data, Data::Enum(_))
        .then(|| emit(&input, &entries, &[], &quote!(&[]), roles));
    quote!(#failed #impls)
}

fn entries<'a>(input: &'a DeriveInput, roles: bool, errors: &mut Errors) -> Vec<Entry<'a>> {
    let what = if roles { "roles" } else { "permissions" };
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
            wire: if roles {
                name::snake_case(&variant.ident)
            } else {
                name::permission(&variant.ident)
            },
            implies: Vec::new(),
            grants: Vec::new(),
        };
        for attribute in &variant.attrs {
            if let Err(error) = read(attribute, &mut entry, roles) {
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

fn read(attribute: &Attribute, entry: &mut Entry<'_>, roles: bool) -> syn::Result<()> {
    if attribute.path().is_ident("name") {
        entry.wire = named(attribute)?;
    } else if roles && attribute.path().is_ident("implies") {
        let implied =
            attribute.parse_args_with(Punctuated::<Ident, Token![,]>::parse_terminated)?;
        entry.implies.extend(implied);
    } else if roles && attribute.path().is_ident("grants") {
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
fn edges(entries: &[Entry<'_>], errors: &mut Errors) -> Vec<(usize, usize)> {
    let mut edges = Vec::new();
    for (from, entry) in entries.iter().enumerate() {
        for implied in &entry.implies {
            match entries.iter().position(|other| other.ident == implied) {
                Some(to) => edges.push((from, to)),
                None => errors.at(
                    implied.span(),
                    format_args!("there is no role `{implied}` in this enum"),
                ),
            }
        }
    }
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

fn emit(
    input: &DeriveInput,
    entries: &[Entry<'_>],
    edges: &[(usize, usize)],
    all: &TokenStream,
    roles: bool,
) -> TokenStream {
    let name = &input.ident;
    let type_name = name.to_string();
    let (length, width) = (entries.len(), entries.len().div_ceil(64).max(1));
    let (kind, what, word) = if roles {
        (quote!(Roles), "role", quote!(__derive_roles))
    } else {
        (
            quote!(Permissions),
            "permission",
            quote!(__derive_permissions),
        )
    };
    let idents: Vec<_> = entries.iter().map(|entry| entry.ident).collect();
    let wires: Vec<_> = entries.iter().map(|entry| &entry.wire).collect();
    let sentences = entries
        .iter()
        .map(|entry| format!("this {what} is written {:?}", entry.wire));
    let indices: Vec<_> = (0..length).collect();
    let numbers = indices
        .iter()
        .map(|at| u16::try_from(*at).unwrap_or(u16::MAX));
    let edges = edges.iter().map(|(from, to)| quote!((#from, #to)));
    let grants: Vec<_> = entries
        .iter()
        .enumerate()
        .flat_map(|(at, entry)| entry.grants.iter().map(move |granted| grant(at, granted)))
        .collect();
    let named = if entries.is_empty() {
        quote!(match self {})
    } else {
        quote!(match self { #(Self::#idents { .. } => __p::Word {
            of: ::core::any::TypeId::of::<#name>(),
            kind: __p::VocabularyKind::#kind,
            type_name: #type_name,
            index: #numbers,
            name: #wires,
            sentence: #sentences,
            satisfied_by: &__IMPLIED_BY[#indices],
        }),* })
    };
    quote! {
        const _: () = {
            use ::auth_core::__private as __p;
            const __IMPLIES: [[u64; #width]; #length] = __p::closure::<#length, #width>(&[#(#edges),*]);
            const __IMPLIED_BY: [[u64; #width]; #length] = __p::reversed::<#length, #width>(&__IMPLIES);
            #[automatically_derived]
            impl #name {
                #[doc(hidden)]
                #[must_use]
                pub const fn #word(self) -> __p::Word {
                    #named
                }
            }
            #[automatically_derived]
            impl ::auth_core::#kind for #name {
                const VOCABULARY: &'static __p::Vocabulary = &__p::Vocabulary {
                    of: ::core::any::TypeId::of::<#name>(),
                    kind: __p::VocabularyKind::#kind,
                    type_name: #type_name,
                    names: &[#(#wires),*],
                    implies: &[#(&__IMPLIES[#indices]),*],
                    grants: &[#(#grants),*],
                };
                const ALL: &'static [Self] = #all;
                fn word(self) -> __p::Word {
                    self.#word()
                }
            }
        };
    }
}

fn grant(at: usize, granted: &Granted) -> TokenStream {
    let path = &granted.path;
    let permission = match &granted.literal {
        Some(literal) => {
            let here = name::ours(literal.span());
            quote_spanned!(here=> __p::written(#path.__derive_permissions(), #literal))
        }
        None => quote!(#path.__derive_permissions()),
    };
    quote!(__p::Grant { permission: #permission, roles: &__IMPLIED_BY[#at] })
}
