use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use quote::quote;

use crate::own_crate::OwnCrate;

const PANICKED: &str =
    "this macro panicked, which is a bug of auth-core; please report it with the item it stands on";

/// Runs an attribute's stage. A panic is always a bug; even then the item is kept.
pub(crate) fn attribute(
    attribute: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
    stage: fn(TokenStream, TokenStream) -> TokenStream,
) -> proc_macro::TokenStream {
    let (attribute, item) = (TokenStream::from(attribute), TokenStream::from(item));
    let kept = item.clone();
    let expanded = catch_unwind(AssertUnwindSafe(|| match OwnCrate::take(attribute) {
        Ok((own, attribute)) => own.name_in(stage(attribute, item)),
        Err(error) => {
            let error = error.into_compile_error();
            quote!(#error #item)
        }
    }));
    expanded
        .unwrap_or_else(|_| quote!(::core::compile_error!(#PANICKED); #kept))
        .into()
}

/// Runs a derive's stage.
pub(crate) fn derive(
    item: proc_macro::TokenStream,
    stage: fn(TokenStream) -> TokenStream,
) -> proc_macro::TokenStream {
    let item = TokenStream::from(item);
    let expanded = catch_unwind(AssertUnwindSafe(|| {
        match OwnCrate::of_derive(item.clone()) {
            Ok(own) => own.name_in(stage(item)),
            Err(error) => error.into_compile_error(),
        }
    }));
    expanded
        .unwrap_or_else(|_| quote!(::core::compile_error!(#PANICKED);))
        .into()
}
