use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Field, parse_quote, parse2, spanned::Spanned};

use super::{
    key_at::{self, Said},
    lineage,
    marks::Marks,
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
    let marks = Marks::read(&fields, &mut errors);
    let parents = lineage::parents(&fields, &mut errors);
    let kind =
        text_attribute(&input.attrs, &mut errors).unwrap_or_else(|| snake_case(&input.ident));
    let said = Said::read(&input.attrs, &mut errors);
    if let Some(transparent) = &said.transparent {
        return newtype::expand(&input, transparent, &kind, &said, errors);
    }
    let name = &input.ident;
    let id = id(name);
    let (key_at, proposed) = (said.key_at(), said.proposed);
    let marked = marks.items();
    let changes = said.changes.as_ref().filter(|_| proposed);
    let changes = marks.changes(name, changes);
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
        .then(|| lineage::impls(name, marks.key, &parents));
    let parents = lineage::parents_shape(&parents);
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
            #changes
            const PARENTS: &'static [::auth_core::__private::Parent] = #parents;
            #marked
        }
    }
}

/// What tells a resource from others.
pub(super) fn id(name: &Ident) -> TokenStream {
    crate::name::id(&name.to_string(), &quote!(), ours(name.span()))
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
