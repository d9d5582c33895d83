//! `#[resource(param = "slug")]` and the like: where a resource's key stands, and whether it is a newtype.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{
    Attribute, LitStr, Path, Token, parenthesized, punctuated::Punctuated, spanned::Spanned,
};

use crate::errors::Errors;

const KEYS: &str = "`param = \"slug\"`, `params(\"owner\", \"name\")`, `query = \"ticket\"`, `transparent` or `transparent, beside`, `proposed` or `proposed, changes = Ticket`";

/// What a resource's own attribute says.
#[derive(Default)]
pub(super) struct Said {
    /// Where its key stands, where that is said.
    key_at: Option<TokenStream>,
    /// It is a newtype of a resource, and marked as that one is.
    pub(super) transparent: Option<Ident>,
    /// It stands beside what it is a newtype of, and not below it.
    pub(super) beside: Option<Ident>,
    /// It is proposed in a request, and nowhere yet.
    pub(super) proposed: bool,
    /// What it changes, then.
    pub(super) changes: Option<Path>,
}

impl Said {
    pub(super) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut said = Self::default();
        for attribute in attributes
            .iter()
            .filter(|one| one.path().is_ident("resource"))
        {
            let read = attribute.parse_nested_meta(|meta| {
                let key = meta
                    .path
                    .get_ident()
                    .map(Ident::to_string)
                    .unwrap_or_default();
                let at = match key.as_str() {
                    "transparent" => {
                        said.transparent = meta.path.get_ident().cloned();
                        return Ok(());
                    }
                    "beside" => {
                        said.beside = meta.path.get_ident().cloned();
                        return Ok(());
                    }
                    "proposed" => {
                        said.proposed = true;
                        return Ok(());
                    }
                    "changes" => {
                        said.changes = Some(meta.value()?.parse()?);
                        return Ok(());
                    }
                    "param" => {
                        let name = name(&meta.value()?.parse()?)?;
                        quote!(Param(#name))
                    }
                    "query" => {
                        let name = name(&meta.value()?.parse()?)?;
                        quote!(Query(#name))
                    }
                    "params" => {
                        let content;
                        parenthesized!(content in meta.input);
                        let names = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?;
                        if names.len() < 2 {
                            return Err(
                                meta.error("a key of one part is written `param = \"slug\"`")
                            );
                        }
                        let names = names.iter().map(name).collect::<syn::Result<Vec<_>>>()?;
                        quote!(Params(&[#(#names),*]))
                    }
                    unknown => {
                        return Err(meta.error(format_args!(
                            "unknown key `{unknown}`; `#[resource]` takes {KEYS}"
                        )));
                    }
                };
                if said.key_at.replace(at).is_some() {
                    return Err(meta.error("a resource has one key, which stands in one place"));
                }
                Ok(())
            });
            if let Err(error) = read {
                errors.push(error);
            }
        }
        if let (Some(beside), None) = (&said.beside, &said.transparent) {
            errors.at(
                beside.span(),
                "only a newtype stands beside what it is one of: write `transparent, beside`",
            );
        }
        if let (Some(changes), false) = (&said.changes, said.proposed) {
            errors.at(
                changes.span(),
                "what is there already changes nothing: write `proposed, changes = ...`",
            );
        }
        said
    }

    pub(super) fn key_at(&self) -> TokenStream {
        let at = self.key_at.clone().unwrap_or_else(|| quote!(Kind));
        quote!(::auth_core::__private::KeyAt::#at)
    }
}

fn name(written: &LitStr) -> syn::Result<LitStr> {
    if written.value().is_empty() {
        return Err(syn::Error::new(written.span(), "a parameter has a name"));
    }
    Ok(written.clone())
}

/// What makes a resource one that is proposed, and never loaded.
pub(super) fn proposes(name: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::auth_core::Proposed for #name {}
        #[automatically_derived]
        impl<__S: 'static> ::auth_core::__private::Reach<__S> for #name {
            const FACT: ::auth_core::__private::ResourceFact<__S> =
                ::auth_core::__private::proposed::<#name, __S>();
        }
    }
}
