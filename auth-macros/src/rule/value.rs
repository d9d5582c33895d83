//! What follows a key's `=`: a word of a vocabulary, a resource, a condition.

use proc_macro2::{Ident, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Error, ExprClosure, LitStr, Path, Result, Token, parenthesized,
    parse::ParseStream,
    spanned::Spanned,
    token::{Bracket, Paren},
};

use super::{Named, When, Word};
use crate::name;

/// The sign, and that a single value follows it.
pub(super) fn equals(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<()> {
    if input.peek(Token![==]) || !input.peek(Token![=]) {
        return Err(Error::new(
            key.span(),
            format_args!("`{key}` takes a value: `{example}`"),
        ));
    }
    input.parse::<Token![=]>()?;
    if input.peek(Bracket) {
        let array: TokenTree = input.parse()?;
        return Err(Error::new(
            array.span(),
            format_args!("several values are written `any({key} = …, {key} = …)` or `all(…)`"),
        ));
    }
    if input.is_empty() || input.peek(Token![,]) {
        return Err(Error::new(
            key.span(),
            format_args!("`{key}` takes a value: `{example}`"),
        ));
    }
    Ok(())
}

/// `role = "writer"`, `role = Role::Writer`: what follows the key.
pub(super) fn word(
    key: &Ident,
    input: ParseStream<'_>,
    vocabulary: &str,
    example: &str,
) -> Result<Word> {
    equals(key, input, example)?;
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        let Some(variant) = name::of_literal(&literal) else {
            return Err(Error::new(
                literal.span(),
                format_args!("no name: write it as in `{example}`"),
            ));
        };
        let vocabulary = Ident::new(vocabulary, literal.span());
        return Ok(Word {
            path: quote!(#vocabulary::#variant),
            text: literal.value(),
            span: literal.span(),
            literal: Some(literal),
        });
    }
    let start = input.span();
    let path = Path::parse_mod_style(input)
        .map_err(|_| Error::new(start, format_args!("`{key}` takes a name: `{example}`")))?;
    let span = path.segments.last().map_or(start, |last| last.ident.span());
    let text = path.segments.last().map(|last| match vocabulary {
        "Permission" => name::permission(&last.ident),
        _ => name::snake_case(&last.ident),
    });
    let path = match path.get_ident() {
        Some(variant) => {
            let vocabulary = Ident::new(vocabulary, variant.span());
            quote!(#vocabulary::#variant)
        }
        None => path.into_token_stream(),
    };
    Ok(Word {
        path,
        literal: None,
        text: text.unwrap_or_default(),
        span,
    })
}

/// `owns = "ticket"`, `owns = Ticket`: what follows the key.
pub(super) fn named(key: &Ident, input: ParseStream<'_>) -> Result<Named> {
    equals(key, input, &format!("{key} = \"ticket\""))?;
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        let Some(ident) = name::of_literal(&literal) else {
            return Err(Error::new(
                literal.span(),
                format_args!("a resource is named by its kind: `{key} = \"ticket\"`"),
            ));
        };
        let kind = name::snake_case(&ident);
        if kind != literal.value() {
            return Err(Error::new(
                literal.span(),
                format_args!("a kind is written in snake_case: `{key} = \"{kind}\"`"),
            ));
        }
        return Ok(Named {
            path: ident.into(),
            text: literal.value(),
            span: literal.span(),
            literal: Some(literal),
        });
    }
    let start = input.span();
    let path = Path::parse_mod_style(input).map_err(|_| {
        Error::new(
            start,
            format_args!(
                "a resource is named by its kind or type: `{key} = \"ticket\"`, `{key} = Ticket`"
            ),
        )
    })?;
    let last = path.segments.last().map(|last| last.ident.clone());
    let text = last.as_ref().map(name::snake_case).unwrap_or_default();
    Ok(Named {
        text,
        literal: None,
        span: last.map_or(start, |last| last.span()),
        path,
    })
}

/// `when = unlocked`, `when = |ticket: &Ticket| ticket.open`: what follows the sign.
pub(super) fn when(input: ParseStream<'_>) -> Result<When> {
    if input.peek(Token![|])
        || input.peek(Token![||])
        || input.peek(Token![async])
        || input.peek(Token![move])
    {
        let closure: ExprClosure = input.parse()?;
        return Ok(When::Closure(closure));
    }
    if input.peek(LitStr) {
        return Err(Error::new(
            input.span(),
            "a condition is named by its function, without quotes: `when = unlocked`",
        ));
    }
    let path = Path::parse_mod_style(input)
        .map_err(|error| Error::new(error.span(), "a condition is a function's name or a closure: `when = unlocked`, `when = |ticket: &Ticket| ticket.open`"))?;
    if input.peek(Paren) {
        let content;
        parenthesized!(content in input);
        if content.is_empty() {
            let shown = super::print::text(path.to_token_stream());
            return Err(Error::new(
                path.span(),
                format_args!(
                    "a condition without parameters is named and not called: `when = {shown}`"
                ),
            ));
        }
        return Ok(When::Parameters(path, content.parse()?));
    }
    Ok(When::Path(path))
}
