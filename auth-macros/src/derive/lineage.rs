//! What others refer to a resource by, `#[key]`, and what it refers to, `#[parent(Project)]`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Field, Path, spanned::Spanned};

use crate::{errors::Errors, name::ours};

/// A kind of parent, and the fields that hold its keys.
pub(super) struct Parent<'a> {
    of: Path,
    fields: Vec<(TokenStream, &'a Field)>,
}

pub(super) fn parents<'a>(fields: &[&'a Field], errors: &mut Errors) -> Vec<Parent<'a>> {
    let mut parents: Vec<Parent<'a>> = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        for attribute in field
            .attrs
            .iter()
            .filter(|one| one.path().is_ident("parent"))
        {
            let Ok(of) = attribute.parse_args::<Path>() else {
                errors.at(
                    attribute.path().span(),
                    "a parent's field says what its key is of: `#[parent(Project)]`",
                );
                continue;
            };
            let held = (member(at, field), *field);
            match parents.iter_mut().find(|parent| parent.of == of) {
                Some(parent) => parent.fields.push(held),
                None => parents.push(Parent {
                    of,
                    fields: vec![held],
                }),
            }
        }
    }
    parents
}

/// What others refer to it by, and what it refers to.
pub(super) fn impls(
    name: &Ident,
    key: Option<(TokenStream, &Field)>,
    parents: &[Parent<'_>],
) -> TokenStream {
    let (ty, key) = match key {
        Some((member, Field { ty, .. })) => (ty.to_token_stream(), quote!(&self.#member)),
        None => {
            let none = quote!(::auth_core::__private::NoKey);
            (none.clone(), quote!(&#none))
        }
    };
    let keyed = quote! {
        #[automatically_derived]
        impl ::auth_core::Keyed for #name {
            type Key = #ty;
            fn key(&self) -> &Self::Key {
                #key
            }
        }
        #[automatically_derived]
        impl ::auth_core::__private::IsOne<#name> for #name {
            fn its_key(&self) -> &<#name as ::auth_core::Keyed>::Key {
                ::auth_core::Keyed::key(self)
            }
        }
    };
    let children = parents.iter().map(|Parent { of, fields }| {
        let each = fields.iter().map(|(member, field)| {
            let ty = &field.ty;
            let at = ours(ty.span());
            quote_spanned!(at=> <#ty as ::auth_core::__private::ParentKeys<<#of as ::auth_core::Keyed>::Key>>::each(&self.#member, meet);)
        });
        let at = ours(of.span());
        quote_spanned! {at=>
            #[automatically_derived]
            impl ::auth_core::__private::ChildOf<#of> for #name {
                fn each_parent<'a>(
                    &'a self,
                    meet: &mut dyn ::core::ops::FnMut(&'a <#of as ::auth_core::Keyed>::Key),
                ) {
                    #(#each)*
                }
            }
        }
    });
    quote!(#keyed #(#children)*)
}

pub(super) fn member(at: usize, field: &Field) -> TokenStream {
    let index = syn::Index::from(at);
    field
        .ident
        .as_ref()
        .map_or_else(|| quote!(#index), |ident| quote!(#ident))
}

/// What the resource says of its parents, as data.
pub(super) fn parents_shape(parents: &[Parent<'_>]) -> TokenStream {
    let of = parents.iter().map(|Parent { of, .. }| {
        let at = ours(of.span());
        quote_spanned! {at=> __p::Parent {
            id: <#of as ::auth_core::Resource>::ID,
            kind: <#of as ::auth_core::Resource>::KIND,
            key_at: <#of as ::auth_core::Resource>::KEY_AT,
            key: ::core::any::TypeId::of::<<#of as ::auth_core::Keyed>::Key>(),
            inner: <#of as ::auth_core::Resource>::INNER,
            parents: || <#of as ::auth_core::Resource>::PARENTS,
            found_by: __p::Asked::<#of>::FOUND_BY,
            agrees: __p::InPath::<Self, #of, <#of as ::auth_core::Keyed>::Key>::AGREES,
        }}
    });
    quote!({
        use ::auth_core::__private as __p;
        #[allow(unused_imports)]
        use __p::{NotInPath as _, Otherwise as _};
        &[#(#of),*]
    })
}
