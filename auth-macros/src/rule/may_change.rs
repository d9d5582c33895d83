//! `may_change(owner)`: what a proposed value may change of what it is about.

use std::fmt;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Error, Result, Token, parse::ParseStream, punctuated::Punctuated};

use super::{MayChange, expand::Expansion, parse::arguments};
use crate::name::ours;

const CURE: &str = "`may_change` says what: `may_change(owner)`, of `key`, `owner` and `tenant`, as in `may_change(owner, tenant)`";

pub(super) fn parse(key: &Ident, input: ParseStream<'_>) -> Result<MayChange> {
    let none = || Error::new(key.span(), CURE);
    let marks = arguments(input, none, |content| {
        let marks = Punctuated::<Ident, Token![,]>::parse_terminated(content)?;
        let marks: Vec<_> = marks.into_iter().collect();
        let unknown = marks.iter().find(|mark| constant(mark).is_none());
        match unknown {
            Some(unknown) => Err(Error::new(unknown.span(), CURE)),
            None if marks.is_empty() => Err(none()),
            None => Ok(marks),
        }
    })?;
    Ok(MayChange {
        key: key.clone(),
        marks,
    })
}

/// The mark's own constant, and what it is called.
fn constant(mark: &Ident) -> Option<TokenStream> {
    Some(match mark.to_string().as_str() {
        "key" => quote!(__p::Marks::KEY),
        "owner" => quote!(__p::Marks::OWNER),
        "tenant" => quote!(__p::Marks::TENANT),
        _ => return None,
    })
}

impl Expansion<'_> {
    pub(super) fn may_change(
        &mut self,
        written: Option<&MayChange>,
        policy: &TokenStream,
    ) -> TokenStream {
        let marks = written.map_or(&[][..], |written| &written.marks);
        let constants: Vec<_> = marks.iter().filter_map(constant).collect();
        // Of a policy with parameters a constant without them can't ask.
        if self.generics.params.is_empty() {
            for (mark, constant) in marks.iter().zip(&constants) {
                self.demand(
                    mark.span(),
                    &quote!(<#policy as __p::Shape>::SHAPE.shares(#constant)),
                    &format!(
                        "nothing that this policy names proposes another {mark}: mark it `#[{mark}]` in what is `#[resource(proposed, changes = ...)]`, or leave `{mark}` out"
                    ),
                );
            }
        }
        let at = written.map_or_else(proc_macro2::Span::call_site, |written| written.key.span());
        let none = quote::quote_spanned!(ours(at)=> __p::Marks::NONE);
        quote!(#none #(.with(#constants))*)
    }
}

impl fmt::Display for MayChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let marks: Vec<_> = self.marks.iter().map(Ident::to_string).collect();
        write!(f, "may_change({})", marks.join(", "))
    }
}
