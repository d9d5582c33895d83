use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Data, DeriveInput, Field, parse_quote, parse2, spanned::Spanned};

use super::{
    key_at::{self, Said},
    lineage::{self, member},
    newtype,
};
use crate::{
    errors::Errors,
    name::{ours, snake_case},
};

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match parse2(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let fields: Vec<&Field> = match &input.data {
        Data::Struct(data) => data.fields.iter().collect(),
        _ => {
            errors.at(
                input.ident.span(),
                "a resource is a struct: its fields are what rules speak of",
            );
            Vec::new()
        }
    };
    if let Some(parameter) = input.generics.params.first() {
        errors.at(
            parameter.span(),
            "a resource has no generic parameters: write a newtype for each kind",
        );
    }
    let owner = marked(&fields, "owner", &mut errors);
    let key = marked(&fields, "key", &mut errors);
    let shown_key = key.as_ref().map(|(member, _)| member.clone());
    let parents = lineage::parents(&fields, &mut errors);
    let tenant = marked(&fields, "tenant", &mut errors);
    let kind =
        text_attribute(&input.attrs, &mut errors).unwrap_or_else(|| snake_case(&input.ident));
    let said = Said::read(&input.attrs, &mut errors);
    if let Some(transparent) = &said.transparent {
        return newtype::expand(&input, transparent, &kind, &said, errors);
    }
    let owned = owner.is_some();
    let owned_by = compared(owner, &quote!(SubjectKey), &quote!(is));
    let of_a_tenant = tenant.is_some();
    let in_tenant_of = compared(tenant, &quote!(TenantKey), &quote!(is_tenant_of));
    let name = &input.ident;
    let id = id(name);
    let key_at = said.key_at();
    let errors = errors.finish();
    let mut generics = input.generics.clone();
    if !generics.params.is_empty() {
        // So that a generic one, which is an error already, makes no second error.
        let (_, arguments, _) = input.generics.split_for_impl();
        let bound =
            parse_quote!(#name #arguments: ::core::marker::Send + ::core::marker::Sync + 'static);
        generics.make_where_clause().predicates.push(bound);
    }
    let (parameters, arguments, bounds) = generics.split_for_impl();
    // A generic resource is an error already: what refers to its fields would be a second one.
    let lineage = input
        .generics
        .params
        .is_empty()
        .then(|| lineage::impls(name, key, &parents));
    let shown_key = shown_key.map_or_else(
        || quote!(::core::option::Option::None),
        |member| quote!(::auth_core::__private::Shown(&self.#member).text()),
    );
    let parents = lineage::parents_shape(&parents);
    let proposed = said.proposed;
    let proposes = (proposed && input.generics.params.is_empty()).then(|| key_at::proposes(name));
    quote! {
        #errors
        #lineage
        #proposes
        #[automatically_derived]
        impl #parameters ::auth_core::Resource for #name #arguments #bounds {
            const KIND: &'static str = #kind;
            const ID: ::auth_core::__private::Id = #id;
            const KEY_AT: ::auth_core::__private::KeyAt = #key_at;
            const PROPOSED: bool = #proposed;
            const PARENTS: &'static [::auth_core::__private::Parent] = #parents;
            fn shown_key(&self) -> ::core::option::Option<::std::string::String> {
                #[allow(unused_imports)]
                use ::auth_core::__private::Hidden as _;
                #shown_key
            }
            const OWNED: bool = #owned;
            fn owned_by(&self, principal: &::auth_core::Principal) -> bool {
                #owned_by
            }
            const OF_A_TENANT: bool = #of_a_tenant;
            fn in_tenant_of(&self, principal: &::auth_core::Principal) -> bool {
                #in_tenant_of
            }
        }
    }
}

/// What tells a resource from others.
pub(super) fn id(name: &Ident) -> TokenStream {
    crate::name::id(&name.to_string(), &quote!(), ours(name.span()))
}

/// How a marked field is compared with who calls.
fn compared(
    marked: Option<(TokenStream, &Field)>,
    by: &TokenStream,
    with: &TokenStream,
) -> TokenStream {
    match marked {
        Some((member, field)) => {
            let ty = &field.ty;
            let at = ours(ty.span());
            quote_spanned!(at=> <#ty as ::auth_core::__private::#by>::#with(&self.#member, principal))
        }
        None => quote!({
            let _ = principal;
            false
        }),
    }
}

/// The one field with a marking attribute; a second one is an error at its attribute.
fn marked<'a>(
    fields: &[&'a Field],
    mark: &str,
    errors: &mut Errors,
) -> Option<(TokenStream, &'a Field)> {
    let mut found = None;
    for (at, field) in fields.iter().enumerate() {
        for attribute in field
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident(mark))
        {
            if found.is_some() {
                errors.at(
                    attribute.span(),
                    format_args!("a resource has one `#[{mark}]` field"),
                );
            } else {
                found = Some((member(at, field), *field));
            }
        }
    }
    found
}

fn text_attribute(attributes: &[Attribute], errors: &mut Errors) -> Option<String> {
    let attribute = attributes
        .iter()
        .find(|attribute| attribute.path().is_ident("name"))?;
    match super::variants::named(attribute) {
        Ok(name) => Some(name),
        Err(error) => {
            errors.push(error);
            None
        }
    }
}
