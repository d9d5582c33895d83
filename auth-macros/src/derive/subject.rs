use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, parse2, spanned::Spanned};

use crate::{errors::Errors, name::ours};

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match parse2(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let field = match &input.data {
        Data::Struct(data) if data.fields.len() == 1 => data.fields.iter().next(),
        _ => None,
    };
    let Some(field) = field else {
        errors.at(
            input.ident.span(),
            "an identifier is a newtype: `struct UserId(u64);`",
        );
        return errors.finish().unwrap_or_default();
    };
    let name = &input.ident;
    let (parameters, arguments, bounds) = input.generics.split_for_impl();
    let member = match &field.ident {
        Some(ident) => quote!(#ident),
        None => quote!(0),
    };
    let at = ours(field.ty.span());
    let subject = quote_spanned!(at=> ::auth_core::SubjectId::subject(&self.#member));
    quote! {
        #[automatically_derived]
        impl #parameters ::auth_core::SubjectId for #name #arguments #bounds {
            fn subject(&self) -> ::std::borrow::Cow<'_, str> {
                #subject
            }
        }
    }
}
