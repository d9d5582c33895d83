use std::fmt;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

use super::{Node, When, Written};

/// The rule in its own words, for the table of policies.
impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = self.demands.iter().map(Node::to_string).collect();
        parts.extend(self.forbids.iter().map(|node| match node {
            Node::All(inner) => format!("forbid({})", join(inner)),
            Node::When(when) => format!("unless = {when}"),
            other => format!("forbid({other})"),
        }));
        parts.extend(self.hide.as_ref().map(|_| "hide".to_owned()));
        parts.extend(
            self.across_tenants
                .as_ref()
                .map(|across| format!("across_tenants(because = {:?})", across.because.value())),
        );
        parts.extend(self.fresh.as_ref().map(ToString::to_string));
        parts.extend(self.step_up.as_ref().map(ToString::to_string));
        parts.extend(self.may_change.as_ref().map(ToString::to_string));
        parts.extend(self.denied.as_ref().map(ToString::to_string));
        f.write_str(&parts.join(", "))
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authenticated => f.write_str("authenticated"),
            Self::Role(word) => write!(f, "role = {:?}", word.text),
            Self::Permission(word) => write!(f, "permission = {:?}", word.text),
            Self::Scope(scope) => write!(f, "scope = {:?}", scope.value()),
            Self::Owns(named) => write!(f, "owns = {:?}", named.text),
            Self::Tenant(named) => write!(f, "tenant = {:?}", named.text),
            Self::Relation(relation) => {
                let of = text(relation.of.to_token_stream());
                write!(
                    f,
                    "relation({of}::{}, on = {:?}",
                    relation.variant, relation.on.text
                )?;
                for step in &relation.through {
                    write!(f, ", through = {:?}", step.text)?;
                }
                f.write_str(")")
            }
            Self::Policy(policy) => write!(f, "policy = {}", text(policy.to_token_stream())),
            Self::When(when) => write!(f, "when = {when}"),
            Self::All(inner) => write!(f, "all({})", join(inner)),
            Self::Any(inner) => write!(f, "any({})", join(inner)),
            Self::Not(inner) => write!(f, "not({inner})"),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.write_str(&text(path.to_token_stream())),
            Self::Parameters(path, given) => {
                write!(
                    f,
                    "{}({})",
                    text(path.to_token_stream()),
                    text(given.clone())
                )
            }
            Self::Closure(closure) => f.write_str(&text(closure.to_token_stream())),
        }
    }
}

fn join(nodes: &[Node]) -> String {
    nodes
        .iter()
        .map(Node::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Tokens as one would write them: `TokenStream::to_string` prints `AtLeast < 4 >`, and not the same
/// on every compiler.
pub(crate) fn text(tokens: TokenStream) -> String {
    let mut text = String::new();
    write(tokens, &mut text);
    text.trim_end().to_owned()
}

fn write(tokens: TokenStream, text: &mut String) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                write(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) => {
                let letter = punct.as_char();
                let alone = matches!(letter, '=' | '+' | '*' | '/' | '%' | '^')
                    && punct.spacing() == proc_macro2::Spacing::Alone;
                if alone && !text.ends_with(['=', '<', '>', '!', ' ', '(']) {
                    text.push(' ');
                }
                text.push(letter);
                let closes_arguments = letter == '|' && text.matches('|').count().is_multiple_of(2);
                if alone
                    || letter == ','
                    || letter == ';'
                    || closes_arguments
                    || (letter == ':'
                        && !text.ends_with("::")
                        && punct.spacing() == proc_macro2::Spacing::Alone)
                {
                    text.push(' ');
                }
            }
            other => {
                let word = matches!(other, TokenTree::Ident(_) | TokenTree::Literal(_));
                text.push_str(&other.to_string());
                let next_is_word = matches!(
                    tokens.peek(),
                    Some(TokenTree::Ident(_) | TokenTree::Literal(_))
                );
                if word && next_is_word {
                    text.push(' ');
                }
            }
        }
    }
}
