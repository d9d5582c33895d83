//! `step_up(within = "10m", acr = "mfa")`: read, printed, and what it expands to.

use std::fmt;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Error, LitStr, Result, Token, parse::ParseStream};

use super::{StepUp, parse::arguments};

const CURE: &str = "`step_up` says how recent or how strong the login must be: `step_up(within = \"10m\", acr = \"mfa\")`";

/// What follows the key.
pub(super) fn parse(key: &Ident, input: ParseStream<'_>) -> Result<StepUp> {
    let none = || Error::new(key.span(), CURE);
    arguments(input, none, |content| said(key, content))
}

fn said(key: &Ident, input: ParseStream<'_>) -> Result<StepUp> {
    let cure = |error: Error| Error::new(error.span(), CURE);
    let mut step_up = StepUp {
        key: key.clone(),
        within: None,
        acr: None,
    };
    while !input.is_empty() {
        let name: Ident = input.parse().map_err(cure)?;
        input.parse::<Token![=]>().map_err(cure)?;
        let value: LitStr = input.parse().map_err(cure)?;
        let twice = match name.to_string().as_str() {
            "within" => {
                let seconds = seconds(&value)?;
                step_up.within.replace((value, seconds)).is_some()
            }
            "acr"
                if value.value().is_empty()
                    || !value.value().bytes().all(|b| b.is_ascii_graphic()) =>
            {
                return Err(Error::new(
                    value.span(),
                    "an authentication class is one word of visible ASCII: `acr = \"mfa\"`",
                ));
            }
            "acr" => step_up.acr.replace(value).is_some(),
            unknown => {
                return Err(Error::new(
                    name.span(),
                    format_args!("unknown key `{unknown}`; `step_up` takes `within` and `acr`"),
                ));
            }
        };
        if twice {
            return Err(Error::new(
                name.span(),
                format_args!("`{name}` is said twice"),
            ));
        }
        if !input.is_empty() {
            input.parse::<Token![,]>().map_err(cure)?;
        }
    }
    if step_up.within.is_none() && step_up.acr.is_none() {
        return Err(Error::new(key.span(), CURE));
    }
    Ok(step_up)
}

/// `"10m"`: a number and its unit.
pub(super) fn seconds(written: &LitStr) -> Result<u64> {
    let text = written.value();
    let number = |unit, per: u64| {
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(per).filter(|seconds| *seconds > 0)
    };
    let units = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];
    let seconds = units.into_iter().find_map(|(unit, per)| number(unit, per));
    seconds.ok_or_else(|| {
        Error::new(
            written.span(),
            "a time is a number of seconds, minutes, hours or days: `\"30s\"`, `\"10m\"`, `\"12h\"`, `\"1d\"`",
        )
    })
}

impl StepUp {
    /// What a policy's shape says of it.
    pub(super) fn shape(written: Option<&Self>) -> TokenStream {
        let Some(Self { within, acr, .. }) = written else {
            return quote!(::core::option::Option::None);
        };
        let within = within.iter().map(|(_, seconds)| {
            quote!(::core::option::Option::Some(::core::time::Duration::from_secs(#seconds)))
        });
        let within = within.chain([quote!(::core::option::Option::None)]).next();
        let acr = acr
            .iter()
            .map(|acr| quote!(::core::option::Option::Some(#acr)));
        let acr = acr.chain([quote!(::core::option::Option::None)]).next();
        quote!(::core::option::Option::Some(__p::StepUp { within: #within, acr: #acr }))
    }
}

impl fmt::Display for StepUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let within = self
            .within
            .iter()
            .map(|(within, _)| format!("within = {:?}", within.value()));
        let acr = self
            .acr
            .iter()
            .map(|acr| format!("acr = {:?}", acr.value()));
        let said: Vec<_> = within.chain(acr).collect();
        write!(f, "step_up({})", said.join(", "))
    }
}
