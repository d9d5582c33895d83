//! What the crate is called where a macro stands: an app may depend on it under another name, or through a crate that
//! re-exports it.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Error, Path, Result, parse2};

/// Expansions call it so.
const USUAL: &str = "auth_core";

/// Where it is, if not at `::auth_core`.
#[derive(Default)]
pub(crate) struct OwnCrate(Option<TokenStream>);

impl OwnCrate {
    /// As the manifest names it.
    pub(crate) fn of_manifest() -> Self {
        match crate_name("auth-core") {
            Ok(FoundCrate::Name(name)) if name != USUAL => {
                let name = Ident::new(&name, Span::call_site());
                Self(Some(quote!(::#name)))
            }
            // What a crate's root calls so by itself (`extern crate platform as auth_core`) is found there.
            _ => Self(None),
        }
    }

    /// As `crate = platform::auth_core` says.
    fn said(path: &Path) -> Self {
        Self(Some(path.to_token_stream()))
    }

    /// Takes `crate = path` out of an attribute's list.
    pub(crate) fn take(list: TokenStream) -> Result<(Self, TokenStream)> {
        let mut said = None;
        let mut kept = Vec::new();
        for item in items(list.clone()) {
            let mut tokens = item.clone().into_iter();
            let key = matches!(tokens.next(), Some(TokenTree::Ident(key)) if key == "crate");
            let equals =
                matches!(tokens.next(), Some(TokenTree::Punct(mark)) if mark.as_char() == '=');
            if key && equals {
                let path: Path = parse2(tokens.collect()).map_err(|error| {
                    Error::new(
                        error.span(),
                        "`crate` says where auth-core is: `crate = platform::auth_core`",
                    )
                })?;
                said = Some(Self::said(&path));
            } else {
                kept.push(item);
            }
        }
        Ok(match said {
            Some(said) => (said, quote!(#(#kept),*)),
            None => (Self::of_manifest(), list),
        })
    }

    /// As `#[auth_core(crate = platform::auth_core)]` on what is derived for says, else as the manifest names it.
    pub(crate) fn of_derive(item: TokenStream) -> Result<Self> {
        let mut tokens = item.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let marks = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '#');
            let Some(TokenTree::Group(attribute)) = tokens.peek().filter(|_| marks) else {
                continue;
            };
            let mut inside = attribute.stream().into_iter();
            let ours = matches!(inside.next(), Some(TokenTree::Ident(name)) if name == USUAL);
            if let Some(TokenTree::Group(list)) = inside.next().filter(|_| ours) {
                return Self::take(list.stream()).map(|(own, _)| own);
            }
        }
        Ok(Self::of_manifest())
    }

    /// The expansion, which finds the crate where it is.
    pub(crate) fn name_in(&self, expansion: TokenStream) -> TokenStream {
        match &self.0 {
            Some(path) => renamed(expansion, path),
            None => expansion,
        }
    }
}

/// A list's parts between commas.
fn items(list: TokenStream) -> Vec<TokenStream> {
    let mut items = Vec::new();
    let mut item = Vec::new();
    for token in list {
        if matches!(&token, TokenTree::Punct(mark) if mark.as_char() == ',') {
            items.push(item.drain(..).collect());
        } else {
            item.push(token);
        }
    }
    if !item.is_empty() {
        items.push(item.into_iter().collect());
    }
    items
}

/// Each `::auth_core` is that path, at the place of what it replaces.
fn renamed(tokens: TokenStream, path: &TokenStream) -> TokenStream {
    let colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    let mut renamed: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(name)
                if name == USUAL
                    && colon(renamed.last())
                    && colon(renamed.iter().rev().nth(1))
                    && !ends_a_segment(renamed.get(..renamed.len() - 2)) =>
            {
                renamed.truncate(renamed.len().saturating_sub(2));
                renamed.extend(at(name.span(), path));
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), self::renamed(group.stream(), path));
                inner.set_span(group.span());
                renamed.push(inner.into());
            }
            other => renamed.push(other),
        }
    }
    renamed.into_iter().collect()
}

/// Whether what stands before `::` is a part of the same path, and no keyword or lifetime.
fn ends_a_segment(before: Option<&[TokenTree]>) -> bool {
    match before {
        Some([.., TokenTree::Punct(mark), TokenTree::Ident(_)]) if mark.as_char() == '\'' => false,
        Some([.., TokenTree::Ident(name)]) => parse2::<Ident>(name.to_token_stream()).is_ok(),
        _ => false,
    }
}

/// A path's tokens at one place.
fn at(span: Span, path: &TokenStream) -> TokenStream {
    let tokens = path.clone().into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    let tokens: TokenStream = tokens.collect();
    quote_spanned!(span=> #tokens)
}
