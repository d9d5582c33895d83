//! Names as strings say them, and as the app's types do.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{LitStr, ext::IdentExt};

/// `"ticket:bulk_update"` → `TicketBulkUpdate`, with the literal's span, so that a typo is rustc's
/// own error at the literal. None where no identifier can be made.
pub(crate) fn of_literal(literal: &LitStr) -> Option<Ident> {
    let text = literal.value();
    let mut name = String::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    (starts && name != "Self").then(|| Ident::new(&name, literal.span()))
}

/// `TicketBulkUpdate` → `["ticket", "bulk", "update"]`.
fn words(ident: &Ident) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let text = ident.unraw().to_string();
    let letters: Vec<char> = text.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let after_lower = at > 0 && letters.get(at - 1).is_some_and(|c| !c.is_uppercase());
        let before_lower = letters.get(at + 1).is_some_and(|c| c.is_lowercase());
        let starts = letter.is_uppercase() && (after_lower || before_lower);
        if words.is_empty() || starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

/// `OrgOwner` → `org_owner`.
pub(crate) fn snake_case(ident: &Ident) -> String {
    words(ident).join("_")
}

/// `TicketBulkUpdate` → `ticket:bulk_update`.
pub(crate) fn permission(ident: &Ident) -> String {
    let words = words(ident);
    match words.split_first() {
        Some((first, rest)) if !rest.is_empty() => format!("{first}:{}", rest.join("_")),
        _ => words.concat(),
    }
}

/// Our own token at a place of the user's: resolved at the call site, so that no lint of the user's
/// takes it for their code.
pub(crate) fn ours(at: Span) -> Span {
    Span::call_site().located_at(at)
}

/// What tells the implementing type from others where a `TypeId` can't be compared: its name, and where it was
/// declared, since two functions may each have one of a name.
pub(crate) fn id(called: &str, params: &TokenStream, at: Span) -> TokenStream {
    let place = quote_spanned!(at=> (::core::line!(), ::core::column!()));
    quote!(::auth_core::__private::Id {
        of: ::core::any::TypeId::of::<Self>(),
        module: ::core::module_path!(),
        at: #place,
        name: #called,
        params: &[#params],
    })
}
