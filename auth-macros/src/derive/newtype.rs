//! `#[resource(transparent)]` on a newtype of a resource: the same, as another kind.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Field, spanned::Spanned};

use super::{key_at::Said, lineage::member, resource::id};
use crate::{errors::Errors, name::ours};

const MARKS: [&str; 4] = ["key", "owner", "tenant", "parent"];

pub(super) fn expand(
    input: &DeriveInput,
    transparent: &Ident,
    kind: &str,
    said: &Said,
    mut errors: Errors,
) -> TokenStream {
    let field = only_field(input);
    match field {
        None => errors.at(
            transparent.span(),
            "`transparent` stands on a newtype of a resource: `struct Recipient(Account);`",
        ),
        Some(field) => {
            for attribute in &field.attrs {
                if MARKS.iter().any(|mark| attribute.path().is_ident(mark)) {
                    errors.at(
                        attribute.path().span(),
                        "this stands in the resource that it is a newtype of",
                    );
                }
            }
        }
    }
    if said.proposed {
        errors.at(
            transparent.span(),
            "a newtype is what it wraps: what is proposed is proposed there",
        );
    }
    let errors = errors.finish();
    let Some(field) = field else {
        return quote!(#errors);
    };
    let (name, id) = (&input.ident, id(&input.ident));
    let (ty, inner, key_at) = (&field.ty, member(0, field), said.key_at());
    let beside = said.beside.is_some();
    let at = ours(ty.span());
    let of = quote_spanned!(at=> <#ty as ::auth_core::Resource>);
    // At one place, so that what is no resource is told there alone.
    quote_spanned! {at=>
        #errors
        const _: () = ::auth_core::__private::demand(
            !#of::PROPOSED,
            "what is proposed has no newtype: it is asked about by itself, with `.propose(value)`",
        );
        #[automatically_derived]
        impl ::auth_core::Resource for #name {
            const KIND: &'static str = #kind;
            const ID: ::auth_core::__private::Id = #id;
            const KEY_AT: ::auth_core::__private::KeyAt = #key_at;
            const MARKS: ::auth_core::__private::Marks = #of::MARKS;
            const PARENTS: &'static [::auth_core::__private::Parent] = #of::PARENTS;
            const OWNED: bool = #of::OWNED;
            const OF_A_TENANT: bool = #of::OF_A_TENANT;
            const BESIDE: bool = #beside;
            const INNER: ::auth_core::__private::Id = #of::INNER;
            fn shown_key(&self) -> ::core::option::Option<::std::string::String> {
                #of::shown_key(&self.#inner)
            }
            fn marked_owner(&self) -> ::core::option::Option<&dyn ::auth_core::__private::SubjectKey> {
                #of::marked_owner(&self.#inner)
            }
            fn marked_tenant(&self) -> ::core::option::Option<&dyn ::auth_core::__private::TenantKey> {
                #of::marked_tenant(&self.#inner)
            }
            fn inner(&self) -> &(dyn ::core::any::Any + ::core::marker::Send + ::core::marker::Sync) {
                #of::inner(&self.#inner)
            }
        }
        #[automatically_derived]
        impl ::auth_core::Keyed for #name {
            type Key = <#ty as ::auth_core::Keyed>::Key;
            fn key(&self) -> &Self::Key {
                <#ty as ::auth_core::Keyed>::key(&self.#inner)
            }
        }
        #[automatically_derived]
        impl ::auth_core::__private::IsOne<#name> for #name {
            fn its_key(&self) -> &<#name as ::auth_core::Keyed>::Key {
                ::auth_core::Keyed::key(self)
            }
        }
        #[automatically_derived]
        impl<__P: ::auth_core::Keyed> ::auth_core::__private::IsOne<__P> for #name
        where
            #ty: ::auth_core::__private::IsOne<__P>,
        {
            fn its_key(&self) -> &<__P as ::auth_core::Keyed>::Key {
                <#ty as ::auth_core::__private::IsOne<__P>>::its_key(&self.#inner)
            }
        }
        #[automatically_derived]
        impl<__P: ::auth_core::Keyed> ::auth_core::__private::ChildOf<__P> for #name
        where
            #ty: ::auth_core::__private::ChildOf<__P>,
        {
            fn each_parent<'a>(
                &'a self,
                meet: &mut dyn ::core::ops::FnMut(&'a <__P as ::auth_core::Keyed>::Key),
            ) {
                <#ty as ::auth_core::__private::ChildOf<__P>>::each_parent(&self.#inner, meet);
            }
        }
    }
}

fn only_field(input: &DeriveInput) -> Option<&Field> {
    let Data::Struct(data) = &input.data else {
        return None;
    };
    let mut fields = data.fields.iter();
    let only = fields.next().filter(|_| input.generics.params.is_empty())?;
    fields.next().is_none().then_some(only)
}
