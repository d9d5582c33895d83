//! `#[key]`, `#[owner]` and `#[tenant]`: the fields that rules speak of.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Field, Path, spanned::Spanned};

use super::lineage::member;
use crate::{errors::Errors, name::ours};

/// A field, and how it is accessed.
type Marked<'a> = Option<(TokenStream, &'a Field)>;

/// A resource's marked fields.
pub(super) struct Marks<'a> {
    pub(super) key: Marked<'a>,
    owner: Marked<'a>,
    tenant: Marked<'a>,
}

impl<'a> Marks<'a> {
    pub(super) fn read(fields: &[&'a Field], errors: &mut Errors) -> Self {
        Self {
            owner: marked(fields, "owner", errors),
            key: marked(fields, "key", errors),
            tenant: marked(fields, "tenant", errors),
        }
    }

    /// What the resource says of them.
    pub(super) fn items(&self) -> TokenStream {
        let (keyed, owned, of_a_tenant) = (
            self.key.is_some(),
            self.owner.is_some(),
            self.tenant.is_some(),
        );
        let shown_key = self.key.as_ref().map_or_else(
            || quote!(::core::option::Option::None),
            |(member, _)| quote!(::auth_core::__private::Shown(&self.#member).text()),
        );
        let owner = borrowed(&self.owner, &quote!(SubjectKey));
        let tenant = borrowed(&self.tenant, &quote!(TenantKey));
        quote! {
            const OWNED: bool = #owned;
            const OF_A_TENANT: bool = #of_a_tenant;
            const MARKS: ::auth_core::__private::Marks = ::auth_core::__private::Marks::NONE
                .with_if(#keyed, ::auth_core::__private::Marks::KEY)
                .with_if(#owned, ::auth_core::__private::Marks::OWNER)
                .with_if(#of_a_tenant, ::auth_core::__private::Marks::TENANT);
            fn shown_key(&self) -> ::core::option::Option<::std::string::String> {
                #[allow(unused_imports)]
                use ::auth_core::__private::Hidden as _;
                #shown_key
            }
            fn marked_owner(&self) -> ::core::option::Option<&dyn ::auth_core::__private::SubjectKey> {
                #owner
            }
            fn marked_tenant(&self) -> ::core::option::Option<&dyn ::auth_core::__private::TenantKey> {
                #tenant
            }
        }
    }

    /// What a proposed value changes; its key must have a text, to be compared.
    pub(super) fn changes(&self, name: &Ident, changes: Option<&Path>) -> Option<TokenStream> {
        let changes = changes?;
        let at = ours(changes.span());
        let displayed = self.key.as_ref().map(|(_, field)| {
            let ty = &field.ty;
            let at = ours(ty.span());
            quote_spanned!(at=> let _: fn(&#ty) -> ::std::string::String = ::std::string::ToString::to_string;)
        });
        Some(quote_spanned! {at=>
            const CHANGES: ::core::option::Option<::auth_core::__private::Changes> = {
                #displayed
                ::core::option::Option::Some(::auth_core::__private::Changes::of::<#name, #changes>())
            };
        })
    }
}

/// A marked field as what it may be.
fn borrowed(marked: &Marked<'_>, by: &TokenStream) -> TokenStream {
    match marked {
        Some((member, field)) => {
            let ty = &field.ty;
            let at = ours(ty.span());
            let borrowed =
                quote_spanned!(at=> <#ty as ::auth_core::__private::#by>::borrowed(&self.#member));
            quote!(::core::option::Option::Some(#borrowed))
        }
        None => quote!(::core::option::Option::None),
    }
}

/// The one field with a marking attribute; a second one is an error at its attribute.
fn marked<'a>(fields: &[&'a Field], mark: &str, errors: &mut Errors) -> Marked<'a> {
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
