use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Fields, GenericParam, ItemStruct, parse::Parser, parse2, spanned::Spanned};

use crate::{
    errors::Errors,
    rule::{self, Declaring},
    stand_in,
};

/// `#[policy(…)]` on a unit struct.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let declared = match parse2::<ItemStruct>(item.clone()) {
        Ok(declared) => Some(declared),
        Err(_) => {
            errors.at(
                item.span(),
                "`#[policy]` stands on a unit struct: `pub struct EditTicket;`",
            );
            None
        }
    };
    if let Some(declared) = &declared {
        if !matches!(declared.fields, Fields::Unit) {
            errors.at(
                declared.fields.span(),
                "a policy has no fields: write `struct EditTicket;`",
            );
        }
        for parameter in &declared.generics.params {
            if !matches!(parameter, GenericParam::Const(_)) {
                errors.at(parameter.span(), "a policy takes const parameters alone");
            }
        }
    }
    let written = if attribute.is_empty() {
        errors.at(
            proc_macro2::Span::call_site(),
            "`#[policy]` needs a rule, as in `#[policy(owns = \"ticket\")]`",
        );
        None
    } else {
        (|input: syn::parse::ParseStream<'_>| Ok(rule::parse(input, &mut errors)))
            .parse2(attribute.clone())
            .ok()
    };
    if let Some(written) = &written {
        let on = Declaring {
            policy: declared.as_ref().map(|declared| &declared.ident),
            ..Declaring::default()
        };
        rule::check(written, &on, &mut errors);
    }
    if let Some(errors) = errors.finish() {
        // Without type parameters, which are an error already: rustc would go on about their use.
        let item = declared.clone().map_or(item, |mut kept| {
            let generics = std::mem::take(&mut kept.generics);
            let constant = |one: &GenericParam| matches!(one, GenericParam::Const(_));
            kept.generics.params = generics.params.into_iter().filter(constant).collect();
            kept.into_token_stream()
        });
        let unit = declared.filter(|declared| {
            matches!(declared.fields, Fields::Unit) && declared.generics.params.is_empty()
        });
        let impls = unit.map(|declared| {
            let policy = stand_in::policy(&declared.ident, &quote!());
            let authorize = rule::expand::authorize(&declared);
            quote!(#policy #authorize)
        });
        return quote!(#errors #item #impls);
    }
    match (declared, written) {
        (Some(declared), Some(written)) => {
            rule::expand::policy(&declared, &written, attribute.span())
        }
        _ => item,
    }
}
