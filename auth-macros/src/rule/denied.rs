//! `denied(code = "read_only", detail = "read-only users can't change it")`: a policy's own words for clients.

use std::fmt;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Error, LitStr, Result, Token, parse::ParseStream};

use super::{DeniedWords, parse::arguments};

const CURE: &str = "`denied` says what clients are told: `denied(code = \"read_only\", detail = \"read-only users can't change it\")`";

pub(super) fn parse(key: &Ident, input: ParseStream<'_>) -> Result<DeniedWords> {
    let none = || Error::new(key.span(), CURE);
    arguments(input, none, |content| {
        let (mut code, mut detail) = (None, None);
        while !content.is_empty() {
            let cure = |error: Error| Error::new(error.span(), CURE);
            let name: Ident = content.parse().map_err(cure)?;
            content.parse::<Token![=]>().map_err(cure)?;
            let text: LitStr = content.parse().map_err(cure)?;
            let place = match name.to_string().as_str() {
                "code" => &mut code,
                "detail" => &mut detail,
                _ => return Err(Error::new(name.span(), CURE)),
            };
            if place.replace(text).is_some() {
                return Err(Error::new(
                    name.span(),
                    format_args!("`{name}` is said twice"),
                ));
            }
            content.parse::<Option<Token![,]>>()?;
        }
        let code = code.ok_or_else(none)?;
        if !is_code(&code.value()) {
            return Err(Error::new(
                code.span(),
                "a code is one word that clients compare: lower-case letters, digits and `_`, as `read_only`",
            ));
        }
        if let Some(empty) = detail
            .as_ref()
            .filter(|text| text.value().trim().is_empty())
        {
            return Err(Error::new(
                empty.span(),
                "say what clients are told, or leave `detail` out",
            ));
        }
        Ok(DeniedWords {
            key: key.clone(),
            code,
            detail,
        })
    })
}

fn is_code(text: &str) -> bool {
    let legal =
        |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_';
    text.starts_with(|first: char| first.is_ascii_lowercase()) && text.bytes().all(legal)
}

impl DeniedWords {
    pub(super) fn shape(said: Option<&Self>) -> TokenStream {
        let Some(Self { code, detail, .. }) = said else {
            return quote!(::core::option::Option::None);
        };
        let detail = match detail {
            Some(detail) => quote!(::core::option::Option::Some(#detail)),
            None => quote!(::core::option::Option::None),
        };
        quote!(::core::option::Option::Some(__p::DeniedWords { code: #code, detail: #detail }))
    }
}

impl fmt::Display for DeniedWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "denied(code = {:?}", self.code.value())?;
        if let Some(detail) = &self.detail {
            write!(f, ", detail = {:?}", detail.value())?;
        }
        f.write_str(")")
    }
}
