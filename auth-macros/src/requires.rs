use proc_macro2::TokenStream;
use syn::{parse::Parser, parse2, spanned::Spanned};

use crate::{
    errors::Errors,
    handler::Function,
    rule::{self, Declaring},
    stand_in,
};

/// `#[requires(…)]` on a handler.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let function = match parse2::<Function>(item.clone()) {
        Ok(function) => Some(function),
        Err(_) => {
            errors.at(
                item.span(),
                "`#[requires]` stands on a handler: an `async fn`",
            );
            None
        }
    };
    if let Some(function) = &function {
        function.check("requires", &mut errors);
    }
    let written = if attribute.is_empty() {
        errors.at(
            proc_macro2::Span::call_site(),
            "`#[requires]` needs a rule, as in `#[requires(role = \"writer\")]`; if anyone may call this, write `#[public(because = \"...\")]`",
        );
        None
    } else {
        (|input: syn::parse::ParseStream<'_>| Ok(rule::parse(input, &mut errors)))
            .parse2(attribute.clone())
            .ok()
    };
    if let (Some(function), Some(written)) = (&function, &written) {
        let parameters = function.signature.generics.type_params();
        let on = Declaring {
            parameters: parameters.map(|one| &one.ident).collect(),
            ..Declaring::default()
        };
        rule::check(written, &on, &mut errors);
    }
    if let Some(errors) = errors.finish() {
        return stand_in::handler(errors, item);
    }
    match (function, written) {
        (Some(function), Some(written)) => {
            rule::expand::handler(function, &written, attribute.span())
        }
        _ => item,
    }
}
