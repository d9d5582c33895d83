use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{
    Error, LitStr, Result, Token, Type, ext::IdentExt, parenthesized, parse::ParseStream,
    token::Paren,
};

use super::{
    Across, Node, Written, denied, fresh,
    keys::{keys, unknown_key},
    may_change, relation, step_up,
    value::{equals, named, when, word},
};
use crate::errors::Errors;

/// Rules nest so deep and no deeper.
const DEPTH: usize = 64;

/// Reads the outermost list; each mistake is reported, and what follows it is read all the same.
pub(crate) fn parse(input: ParseStream<'_>, errors: &mut Errors) -> Written {
    let mut written = Written::default();
    list(input, errors, |input, key, errors| {
        match key.to_string().as_str() {
            "hide" => {
                once(&mut written.hide, key.clone(), key, errors);
                without_value(key, input)?;
            }
            "ignores_credentials" => {
                once(&mut written.ignores_credentials, key.clone(), key, errors);
                without_value(key, input)?;
            }
            "across_tenants" => {
                let across = across_tenants(key, input)?;
                once(&mut written.across_tenants, across, key, errors);
            }
            "fresh" => once(&mut written.fresh, fresh::parse(key, input)?, key, errors),
            "step_up" => once(
                &mut written.step_up,
                step_up::parse(key, input)?,
                key,
                errors,
            ),
            "may_change" => {
                let may_change = may_change::parse(key, input)?;
                once(&mut written.may_change, may_change, key, errors);
            }
            "denied" => once(&mut written.denied, denied::parse(key, input)?, key, errors),
            "unless" => {
                equals(key, input, "unless = locked")?;
                if input.peek2(Token![=]) && !input.peek2(Token![==]) {
                    return Err(Error::new(
                        input.span(),
                        "`unless` takes a condition; a veto by another rule is written `forbid(role = \"guest\")`",
                    ));
                }
                written.forbids.push(Node::When(when(input)?));
            }
            "forbid" => {
                let inner = group(key, input, 1, errors)?;
                written.forbids.push(Node::All(inner));
            }
            _ => written.demands.push(node(key, input, 0, errors)?),
        }
        Ok(())
    });
    written
}

/// Keeps an option; the same once more is a mistake.
fn once<T>(option: &mut Option<T>, said: T, key: &Ident, errors: &mut Errors) {
    if option.replace(said).is_some() {
        errors.at(key.span(), format_args!("`{key}` is said twice"));
    }
}

/// Nothing follows an option that its name says all of.
fn without_value(key: &Ident, input: ParseStream<'_>) -> Result<()> {
    if input.peek(Token![=]) {
        return Err(Error::new(
            input.span(),
            format_args!("`{key}` takes no value"),
        ));
    }
    Ok(())
}

/// Reads a list, item by item.
fn list(
    input: ParseStream<'_>,
    errors: &mut Errors,
    mut item: impl FnMut(ParseStream<'_>, &Ident, &mut Errors) -> Result<()>,
) {
    while !input.is_empty() {
        let read = match input.call(Ident::parse_any) {
            Ok(key) => item(input, &key, errors),
            Err(error) => Err(Error::new(
                error.span(),
                format_args!("a rule begins with one of {}", keys()),
            )),
        };
        match read {
            Ok(()) if input.is_empty() || input.peek(Token![,]) => {}
            Ok(()) if input.peek(Token![|]) => errors.at(
                input.span(),
                "one of several is written `any(role = \"reader\", role = \"writer\")`",
            ),
            Ok(()) => errors.at(input.span(), "rules are separated by commas: `,`"),
            Err(error) => errors.push(error),
        }
        skip_to_comma(input);
    }
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() {
        match input.parse::<TokenTree>() {
            Ok(TokenTree::Punct(punct)) if punct.as_char() == ',' => return,
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

fn node(key: &Ident, input: ParseStream<'_>, depth: usize, errors: &mut Errors) -> Result<Node> {
    if depth > DEPTH {
        let _ = input.parse::<TokenStream>();
        return Err(Error::new(
            key.span(),
            format_args!("rules nest at most {DEPTH} deep"),
        ));
    }
    Ok(match key.to_string().as_str() {
        "authenticated" => Node::Authenticated,
        "role" => Node::Role(word(key, input, "Role", "role = \"writer\"")?),
        "permission" => Node::Permission(word(
            key,
            input,
            "Permission",
            "permission = \"ticket:update\"",
        )?),
        "scope" => {
            equals(key, input, "scope = \"tickets:write\"")?;
            let scope: LitStr = input.parse().map_err(|error| {
                Error::new(error.span(), "a scope is text: `scope = \"tickets:write\"`")
            })?;
            if scope.value().is_empty()
                || scope
                    .value()
                    .contains(|c: char| !c.is_ascii_graphic() || c == '"' || c == '\\')
            {
                return Err(Error::new(
                    scope.span(),
                    "a scope is one word of visible ASCII (RFC 6749 §3.3); several are written `all(scope = \"a\", scope = \"b\")`",
                ));
            }
            Node::Scope(scope)
        }
        "owns" => Node::Owns(named(key, input)?),
        "tenant" => Node::Tenant(named(key, input)?),
        "relation" => Node::Relation(relation::parse(key, input)?),
        "policy" => {
            equals(key, input, "policy = EditTicket")?;
            let policy: Type = input.parse().map_err(|error| {
                Error::new(
                    error.span(),
                    "a policy is named by its type: `policy = EditTicket`",
                )
            })?;
            Node::Policy(policy)
        }
        "when" => {
            equals(key, input, "when = unlocked")?;
            Node::When(when(input)?)
        }
        "all" => Node::All(group(key, input, depth, errors)?),
        "any" => Node::Any(group(key, input, depth, errors)?),
        "not" => {
            let mut inner = group(key, input, depth, errors)?;
            match (inner.pop(), inner.is_empty()) {
                (Some(one), true) => Node::Not(Box::new(one)),
                _ => {
                    return Err(Error::new(
                        key.span(),
                        "`not` takes one rule; write `not(any(…))` or `not(all(…))` for several",
                    ));
                }
            }
        }
        outermost @ ("unless"
        | "forbid"
        | "hide"
        | "across_tenants"
        | "fresh"
        | "step_up"
        | "may_change"
        | "denied"
        | "ignores_credentials") => {
            let _ = input.peek(Paren).then(|| input.parse::<TokenTree>());
            let cure = match outermost {
                "unless" | "forbid" => {
                    "a veto stands in the outermost list alone; here write `not(…)`".to_owned()
                }
                option => format!(
                    "`{option}` belongs to the whole policy: write it in the outermost list"
                ),
            };
            return Err(Error::new(key.span(), cure));
        }
        unknown => return Err(Error::new(key.span(), unknown_key(unknown))),
    })
}

/// What stands in a key's parentheses; a mistake in there is one error.
pub(super) fn arguments<T>(
    input: ParseStream<'_>,
    none: impl FnOnce() -> Error,
    read: impl FnOnce(ParseStream<'_>) -> Result<T>,
) -> Result<T> {
    if !input.peek(Paren) {
        return Err(none());
    }
    let content;
    parenthesized!(content in input);
    let read = read(&content);
    // What is left of a mistake is no second one.
    let _: TokenStream = content.parse()?;
    read
}

/// `across_tenants(because = "…")`.
fn across_tenants(key: &Ident, input: ParseStream<'_>) -> Result<Across> {
    let cure = || {
        Error::new(
            key.span(),
            "`across_tenants` says why: `across_tenants(because = \"support reads every tenant's\")`",
        )
    };
    let because = arguments(input, cure, |content| because(content).map_err(|_| cure()))?;
    if because.value().trim().is_empty() {
        return Err(cure());
    }
    Ok(Across {
        key: key.clone(),
        because,
    })
}

fn because(input: ParseStream<'_>) -> Result<LitStr> {
    let name: Ident = input.parse()?;
    input.parse::<Token![=]>()?;
    let because = input.parse()?;
    input.parse::<Option<Token![,]>>()?;
    if name == "because" && input.is_empty() {
        Ok(because)
    } else {
        Err(input.error("because"))
    }
}

fn group(
    key: &Ident,
    input: ParseStream<'_>,
    depth: usize,
    errors: &mut Errors,
) -> Result<Vec<Node>> {
    if !input.peek(Paren) {
        return Err(Error::new(
            key.span(),
            format_args!("`{key}` takes rules: `{key}(role = \"writer\")`"),
        ));
    }
    let content;
    parenthesized!(content in input);
    if content.is_empty() {
        return Err(Error::new(
            key.span(),
            format_args!("`{key}()` is empty: write the rules it takes, or leave it out"),
        ));
    }
    let mut nodes = Vec::new();
    let before = errors.count();
    list(&content, errors, |input, key, errors| {
        node(key, input, depth + 1, errors).map(|node| nodes.push(node))
    });
    // A mistake inside was reported where it stands; the list must not seem empty for it.
    if errors.count() > before && nodes.is_empty() {
        nodes.push(Node::Authenticated);
    }
    Ok(nodes)
}
