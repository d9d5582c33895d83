use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Path, parse2, spanned::Spanned};

use super::variants::{Entry, Kind, edges, entries};
use crate::{errors::Errors, rule};

/// So many relations to one kind of resource, a bit each.
const MOST: usize = 64;

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match parse2(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let entries = entries(&input, Kind::Relation, &mut errors);
    let edges = edges(&entries, Kind::Relation, &mut errors);
    if let Some(one_too_many) = entries.get(MOST) {
        errors.at(
            one_too_many.ident.span(),
            format_args!("there are at most {MOST} relations to one kind of resource"),
        );
    }
    let of = of(&input, &mut errors);
    match (errors.finish(), of) {
        (None, Some(of)) => {
            let all = entries.iter().map(|entry| entry.ident);
            emit(
                &input,
                &entries,
                &edges,
                &of.to_token_stream(),
                &quote!(&[#(Self::#all),*]),
            )
        }
        // A stand-in, so that what uses the enum makes no second error.
        (failed, of) => {
            let of = of.map_or_else(|| quote!(__p::Nothing), |of| of.to_token_stream());
            let few = entries.get(..MOST).unwrap_or(&entries);
            let impls = matches!(input.data, Data::Enum(_))
                .then(|| emit(&input, few, &[], &of, &quote!(&[])));
            quote!(#failed #impls)
        }
    }
}

/// `#[relations(of = Project)]`.
fn of(input: &DeriveInput, errors: &mut Errors) -> Option<Path> {
    let name = &input.ident;
    let mut attributes = input
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("relations"));
    let Some(attribute) = attributes.next() else {
        errors.at(
            name.span(),
            "say what these are relations to: `#[relations(of = Project)]`",
        );
        return None;
    };
    if let Some(second) = attributes.next() {
        errors.at(
            second.span(),
            "relations are to one kind of resource: write an enum for each",
        );
    }
    let mut of = None;
    let read = attribute.parse_nested_meta(|meta| {
        if meta.path.is_ident("of") {
            of = Some(meta.value()?.parse::<Path>()?);
            return Ok(());
        }
        Err(meta.error("`#[relations]` takes `of = Project`"))
    });
    match read {
        Err(error) => errors.push(error),
        Ok(()) if of.is_none() => {
            errors.at(
                attribute.span(),
                "`#[relations]` says to what: `#[relations(of = Project)]`",
            );
        }
        Ok(()) => {}
    }
    of
}

fn emit(
    input: &DeriveInput,
    entries: &[Entry<'_>],
    edges: &[(usize, usize)],
    of: &TokenStream,
    all: &TokenStream,
) -> TokenStream {
    let name = &input.ident;
    let length = entries.len();
    let idents: Vec<_> = entries.iter().map(|entry| entry.ident).collect();
    let wires = entries.iter().map(|entry| &entry.wire);
    let indices: Vec<_> = (0..length).collect();
    let edges = edges.iter().map(|(from, to)| quote!((#from, #to)));
    let to = rule::words(of.clone());
    let sentence = format!(
        "`{name}` is about a `{to}`: name one, or a resource with a `#[parent({to})]` field"
    );
    let word = if entries.is_empty() {
        quote!(match self {})
    } else {
        quote!(match self { #(Self::#idents { .. } => __p::RelationWord {
            name: #wires,
            bit: 1 << #indices,
            satisfied_by: __IMPLIED_BY[#indices][0],
            sentence: #sentence,
        }),* })
    };
    quote! {
        const _: () = {
            use ::auth_core::__private as __p;
            const __IMPLIED_BY: [[u64; 1]; #length] =
                __p::reversed::<#length, 1>(&__p::closure::<#length, 1>(&[#(#edges),*]));
            #[automatically_derived]
            impl #name {
                #[doc(hidden)]
                #[must_use]
                pub const fn __derive_relations(self) -> __p::RelationWord {
                    #word
                }
            }
            #[automatically_derived]
            impl ::auth_core::Relations for #name {
                type Of = #of;
                const ALL: &'static [Self] = #all;
                const OF_FOUND: bool = {
                    #[allow(unused_imports)]
                    use __p::Otherwise as _;
                    __p::Asked::<#of>::FOUND_BY_KEY
                };
                fn word(self) -> __p::RelationWord {
                    self.__derive_relations()
                }
            }
        };
    }
}
