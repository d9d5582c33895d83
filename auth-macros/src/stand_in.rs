//! What stands for a policy that could not be read: it never grants, and makes no second error.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse2;

use crate::handler::Function;

/// The errors, and the handler under a policy that denies.
pub(crate) fn handler(errors: TokenStream, item: TokenStream) -> TokenStream {
    let Ok(mut function) = parse2::<Function>(item.clone()) else {
        return quote!(#errors #item);
    };
    let receiver = matches!(
        function.signature.inputs.first(),
        Some(syn::FnArg::Receiver(_))
    );
    if receiver
        || !function.has_body()
        || function.is_guarded()
        || function.signature.inputs.len() > 15
    {
        return quote!(#errors #item);
    }
    function.attributes.retain(|attribute| {
        let last = attribute
            .path()
            .segments
            .last()
            .map(|segment| segment.ident.to_string());
        !matches!(last.as_deref(), Some("requires" | "public"))
    });
    let (name, visibility) = (function.policy_name(), function.visibility.clone());
    let conditions: Vec<_> = function.conditions().cloned().collect();
    function.read_body_last();
    function.guard();
    let policy = policy(&name, &quote!());
    quote! {
        #errors
        #function
        #(#conditions)*
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #[derive(Debug)]
        #visibility struct #name;
        #(#conditions)*
        #policy
    }
}

/// The impls of a policy that never grants.
pub(crate) fn policy(name: &impl ToTokens, generics: &TokenStream) -> TokenStream {
    quote! {
        const _: () = {
            use ::auth_core::__private as __p;
            #[automatically_derived]
            impl #generics __p::Shape for #name {
                const SHAPE: &'static __p::PolicyShape = &__p::STAND_IN;
            }
            #[automatically_derived]
            impl<__S: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static>
                __p::Policy<__S> for #name
            {
                const GRANTS: __p::Rule<__S> = __p::Rule::Never;
                const VETOES: __p::Rule<__S> = __p::Rule::Any(&[]);
            }
        };
    }
}
