use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, parse2};

use super::variants::{Entry, Granted, Kind, edges, entries};
use crate::{errors::Errors, name};

pub(crate) fn roles(item: TokenStream) -> TokenStream {
    expand(item, Kind::Role)
}

pub(crate) fn permissions(item: TokenStream) -> TokenStream {
    expand(item, Kind::Permission)
}

fn expand(item: TokenStream, kind: Kind) -> TokenStream {
    let input: DeriveInput = match parse2(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let entries = entries(&input, kind, &mut errors);
    let edges = edges(&entries, kind, &mut errors);
    let Some(failed) = errors.finish() else {
        let all = entries.iter().map(|entry| entry.ident);
        return emit(&input, &entries, &edges, &quote!(&[#(Self::#all),*]), kind);
    };
    // A stand-in, so that what uses the enum makes no second error.
    let impls = matches!(input.data, Data::Enum(_))
        .then(|| emit(&input, &entries, &[], &quote!(&[]), kind));
    quote!(#failed #impls)
}

fn emit(
    input: &DeriveInput,
    entries: &[Entry<'_>],
    edges: &[(usize, usize)],
    all: &TokenStream,
    kind: Kind,
) -> TokenStream {
    let name = &input.ident;
    let type_name = name.to_string();
    let (length, width) = (entries.len(), entries.len().div_ceil(64).max(1));
    let what = kind.one();
    let (kind, word) = match kind {
        Kind::Role => (quote!(Roles), quote!(__derive_roles)),
        _ => (quote!(Permissions), quote!(__derive_permissions)),
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
