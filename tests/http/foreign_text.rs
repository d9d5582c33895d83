//! Text that isn't ours stands in the log as a literal does: it can neither begin a line nor paint one.

use std::{fs, path::Path};

use auth_core::{PolicyRouter, condition, requires, routing::get};
use auth_tests::{Callers, call, log::logged};
use http::Method;

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

/// What `%` writes, it writes as it is.
#[test]
fn no_event_writes_text_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = Vec::new();
    for folder in ["adapters", "auth-core", "examples"] {
        collect(&root.join(folder), &mut sources);
    }
    assert!(sources.len() > 100, "{sources:?}");
    for (path, text) in sources {
        for (at, line) in text.lines().enumerate() {
            let mark = ["(%", ", %", "= %"].into_iter().find(|mark| {
                let mut rest = line.split(mark).skip(1);
                rest.any(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()))
            });
            // One line of JSON, whose text is escaped.
            let json = line.contains("event = %String::from_utf8_lossy(&line)");
            assert!(mark.is_none() || json, "{path}:{}: {line}", at + 1);
        }
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
