//! `fresh`, `fresh(within = "30s")`: read, printed, and what it expands to.

use std::fmt;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Error, LitStr, Result, Token, parse::ParseStream, token::Paren};

use super::{Fresh, expand::Expansion, parse::arguments, step_up::seconds};

const CURE: &str = "`fresh` takes nothing, or the age that is tolerated: `fresh(within = \"30s\")`";

/// What follows the key.
pub(super) fn parse(key: &Ident, input: ParseStream<'_>) -> Result<Fresh> {
    let cure = || Error::new(key.span(), CURE);
    let mut within = None;
    if input.peek(Token![=]) {
        return Err(cure());
    }
    if input.peek(Paren) {
        within = Some(arguments(input, cure, |content| tolerated(content, cure))?);
    }
    Ok(Fresh {
        key: key.clone(),
        within,
    })
}

/// `within = "30s"`, and nothing else.
fn tolerated(input: ParseStream<'_>, cure: impl Fn() -> Error) -> Result<(LitStr, u64)> {
    let name: Ident = input.parse().map_err(|_| cure())?;
    input.parse::<Token![=]>().map_err(|_| cure())?;
    let within: LitStr = input.parse().map_err(|_| cure())?;
    input.parse::<Option<Token![,]>>()?;
    if name != "within" || !input.is_empty() {
        return Err(cure());
    }
    let seconds = seconds(&within)?;
    Ok((within, seconds))
}

impl Expansion<'_> {
    /// How old the account may be that the policy asks for itself.
    pub(super) fn tolerance(&mut self, written: Option<&Fresh>) -> TokenStream {
        let Some(fresh) = written else {
            return quote!(::core::option::Option::None);
        };
        self.bounds.push(quote!(__p::Fresh: __p::AccountOf<__S>));
        let ask = quote!(<__p::Fresh as __p::AccountOf<__S>>::ASK);
        self.accounts
            .push(quote!(::core::option::Option::Some(#ask)));
        let seconds = fresh.within.as_ref().map_or(0, |(_, seconds)| *seconds);
        quote!(::core::option::Option::Some(::core::time::Duration::from_secs(#seconds)))
    }
}

impl fmt::Display for Fresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.within {
            None => f.write_str("fresh"),
            Some((within, _)) => write!(f, "fresh(within = {:?})", within.value()),
        }
    }
}
