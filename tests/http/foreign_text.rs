//! Text that isn't ours stands in the log as a literal does: it can neither begin a line nor paint one.

use std::{fs, path::Path};

use auth_core::{PolicyRouter, condition, requires, routing::get};
use auth_tests::{Callers, call, log::logged};
use http::Method;
use proc_macro2::{TokenStream, TokenTree};

/// the ledger agrees
#[condition]
fn agrees() -> Result<bool, String> {
    Err("no\n2026 granted \u{1b}[2J\u{202e}".to_owned())
}

#[requires(authenticated, when = agrees)]
async fn guarded() -> &'static str {
    "guarded"
}

#[tokio::test]
async fn a_conditions_error_begins_no_line_in_the_log_and_paints_none() {
    let app = PolicyRouter::new()
        .route("/", get(guarded))
        .authenticate(Callers);
    let events = logged(call(&app, Method::GET, "/", "ann")).await;
    let told = events
        .iter()
        .find_map(|(_, fields)| fields.get("error"))
        .expect("an event tells the error");
    assert_eq!(told, r#""no\n2026 granted \u{1b}[2J\u{202e}""#);
}

/// What an event says of these is never the framework's own words alone.
const FOREIGN: [&str; 8] = [
    "why", "error", "issuer", "subject", "actor", "key", "name", "names",
];

/// Macros that write an event.
const EVENTS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "event"];

/// Where an event writes text as it is: by `%`, which writes it so, by `field::display`, or as a plain field.
fn written_as_it_is(tokens: TokenStream, found: &mut Vec<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).map(|at| tokens[at].to_string());
        let is = |back: usize, text: &str| before(back).as_deref() == Some(text);
        if token.to_string() == "display" && is(1, ":") && is(3, "field") {
            found.push(format!("{}: field::display", line(token)));
        }
        let TokenTree::Group(group) = token else {
            continue;
        };
        let called = before(2).unwrap_or_default();
        if is(1, "!") && EVENTS.contains(&called.as_str()) {
            fields_as_they_are(&group.stream(), found);
        }
        written_as_it_is(group.stream(), found);
    }
}

fn fields_as_they_are(fields: &TokenStream, found: &mut Vec<String>) {
    let tokens: Vec<_> = fields.clone().into_iter().collect();
    for field in tokens.split(|token| token.to_string() == ",") {
        let words: Vec<_> = field.iter().map(ToString::to_string).collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let Some(first) = field.first() else { continue };
        let value = match words.as_slice() {
            [name, "=", value, ..] => Some((*name, *value)),
            [name] => Some((*name, *name)),
            ["%", ..] => Some(("", "%")),
            _ => None,
        };
        match value {
            Some((_, "%")) => found.push(format!("{}: `%`", line(first))),
            Some((name, value)) if FOREIGN.contains(&name) && value != "?" && !by_debug(field) => {
                found.push(format!("{}: a plain `{name}`", line(first)));
            }
            _ => {}
        }
    }
}

/// Whether a field's value is written by `field::debug`, which escapes as `?` does.
fn by_debug(field: &[TokenTree]) -> bool {
    let text: String = field.iter().map(ToString::to_string).collect();
    text.contains("debug")
}

fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

#[test]
fn no_event_writes_text_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = Vec::new();
    for folder in ["adapters", "auth-core", "examples"] {
        collect(&root.join(folder), &mut sources);
    }
    assert!(sources.len() > 100, "{sources:?}");
    let mut all = Vec::new();
    for (path, text) in sources {
        let mut found = Vec::new();
        let tokens = text.parse().expect("tokens");
        written_as_it_is(tokens, &mut found);
        let told = found.into_iter().map(|found| format!("{path}:{found}"));
        all.extend(told);
    }
    // Names and places of the app's own code, and a line of JSON, whose text is escaped.
    let own = ["audit/mod.rs", "audit/tracing_events.rs"];
    all.retain(|found| !own.iter().any(|own| found.contains(own)));
    assert_eq!(all, Vec::<String>::new());
}

/// A test of the test.
#[test]
fn text_that_is_written_as_it_is_is_found_wherever_it_stands() {
    for event in [
        "tracing::warn!(%x, \"no\")",
        "warn!(\n    why = %x,\n)",
        "info!(a, %&x)",
        "error!(a = %(x), \"no\")",
        "info!(target: \"t\", error, \"no\")",
        "info!(key = id, \"no\")",
        "if a { trace!(subject = who.subject()) }",
        "info!(handler = name.map(tracing::field::display))",
    ] {
        let mut found = Vec::new();
        written_as_it_is(event.parse().expect("tokens"), &mut found);
        assert_eq!(found.len(), 1, "{event}: {found:?}");
    }
    for event in [
        "info!(why = ?x, left = a % b, ?error, \"100 %\")",
        "info!(code = kind.code(), why = ?x)",
        "info!(subject = who.map(|who| tracing::field::debug(who.subject())))",
        "assert!(a % b, \"no\")",
    ] {
        let mut found = Vec::new();
        written_as_it_is(event.parse().expect("tokens"), &mut found);
        assert_eq!(found, Vec::<String>::new(), "{event}");
    }
}

fn collect(folder: &Path, sources: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("text");
            sources.push((path.display().to_string(), text));
        }
    }
}
