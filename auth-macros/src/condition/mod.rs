//! `#[condition]`: a function becomes something a rule can name.
//!
//! A type of the function's name stands in the type namespace beside it; it says what the function
//! takes, and how it is asked.

mod argument;
mod callee;
mod impls;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{FnArg, Generics, Token, parse::ParseStream, parse::Parser, parse2, spanned::Spanned};

pub(crate) use argument::slice_of;
pub(crate) use callee::Callee;
pub(crate) use impls::impls;

use self::argument::is_param;
use crate::{errors::Errors, handler::Function};

/// `#[condition]` on a function.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut twin = None;
    let read = |input: ParseStream<'_>| {
        if !input.is_empty() {
            input.parse::<Token![as]>()?;
            input.parse::<Token![=]>()?;
            twin = Some(input.parse::<Ident>()?);
        }
        Ok(())
    };
    if let Err(error) = read.parse2(attribute) {
        errors.at(
            error.span(),
            "`#[condition]` takes nothing, or a name for its type: `#[condition(as = IsUnlocked)]`",
        );
    }
    let Ok(mut function) = parse2::<Function>(item.clone()) else {
        errors.at(item.span(), "`#[condition]` stands on a function");
        let errors = errors.finish();
        return quote!(#errors #item);
    };
    let callee = Callee::function(&function, &mut errors);
    for input in &mut function.signature.inputs {
        if let FnArg::Typed(typed) = input {
            typed.attrs.retain(|attribute| !is_param(attribute));
        }
    }
    if let Some(errors) = errors.finish() {
        return quote!(#errors #function);
    }
    let twin = twin.unwrap_or_else(|| function.signature.ident.clone());
    let visibility = &function.visibility;
    let conditions: Vec<_> = function.conditions().collect();
    let (fields, types): (Vec<_>, Vec<_>) = callee.params().unzip();
    let impls = impls(&twin.to_token_stream(), &Generics::default(), &callee);
    let with = (!fields.is_empty()).then(|| {
        quote! {
            #(#conditions)*
            #[automatically_derived]
            impl #twin {
                #[doc(hidden)]
                #visibility const fn __with_parameters(#(#fields: #types),*) -> Self {
                    Self { #(#fields),* }
                }
            }
        }
    });
    quote! {
        #function
        #(#conditions)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, missing_debug_implementations)]
        #visibility struct #twin { #(#fields: #types),* }
        #with
        #(#conditions)*
        #impls
    }
}
