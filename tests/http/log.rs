//! Every denial is one event that explains itself; no token and no raw text of the client is in it.

use auth_core::{Guarded, PolicyRouter, guarded, routing::get};
use auth_tests::{
    Callers, call,
    log::{Fields, logged},
    notes::{self, DOWN, EditNote, MISSING, PANICS},
};
use http::Method;

/// The events of one call.
async fn events(app: &Guarded, method: Method, path: &str, caller: &str) -> Vec<(String, Fields)> {
    logged(call(app, method, path, caller)).await
}

async fn denial(method: Method, path: &str, caller: &str) -> Fields {
    let events = events(&notes::app(notes::state()), method, path, caller).await;
    let mut denials = events
        .into_iter()
        .filter(|(target, _)| target == "auth_core::denial");
    let (_, denial) = denials.next().expect("a denial's event");
    assert!(denials.next().is_none(), "one event a denial");
    denial
}

#[tokio::test]
async fn a_denial_names_caller_route_handler_policy_and_why() {
    let event = denial(Method::PUT, "/notes/2", "ann").await;
    for (name, value) in [
        ("message", "denied"),
        ("code", "forbidden"),
        ("status", "403"),
        ("issuer", "\"tests\""),
        ("subject", "\"ann\""),
        ("method", "PUT"),
        ("route", "/notes/{id}"),
        ("handler", "auth_tests::notes::edit"),
    ] {
        assert_eq!(
            event.get(name).map(String::as_str),
            Some(value),
            "{name} in {event:?}"
        );
    }
    assert!(event["declared_at"].contains("notes.rs:"), "{event:?}");
    assert_eq!(
        event["explanation"],
        "policy = EditNote [any(owns = \"note\": did not hold, role = \"admin\": did not hold), \
         when = \"the note is not locked\": not needed]"
    );
}

#[tokio::test]
async fn it_says_what_could_not_be_told_and_why() {
    let event = denial(Method::GET, &format!("/owned/{DOWN}"), "ann; reader").await;
    assert_eq!(event["code"], "unavailable");
    assert!(
        event["explanation"].contains("the store is down"),
        "{event:?}"
    );
    let event = denial(Method::GET, &format!("/owned/{PANICS}"), "ann; reader").await;
    let why = "it panicked: \\\"in the store\\\"";
    assert!(event["explanation"].contains(why), "{event:?}");
    let event = denial(Method::GET, &format!("/owned/{MISSING}"), "ann; reader").await;
    assert!(event["explanation"].contains("missing"), "{event:?}");
    // Granted, and then there is nothing to hand out: still one event.
    let event = denial(
        Method::GET,
        &format!("/admin-or-owner/{MISSING}"),
        "bob; admin",
    )
    .await;
    assert_eq!(
        (event["code"].as_str(), event["status"].as_str()),
        ("not_found", "404")
    );
    let event = denial(Method::GET, "/owned/1", "").await;
    assert_eq!(event["code"], "unauthenticated");
    assert!(!event.contains_key("subject"), "{event:?}");
}

#[tokio::test]
async fn a_denial_says_who_acted_for_the_caller_and_by_what_credential() {
    let app = notes::app(notes::state());
    let own = events(&app, Method::PUT, "/notes/2", "ann").await;
    let (_, own) = &own[0];
    assert_eq!(own["credential"], "caller");
    assert!(!own.contains_key("actor"), "{own:?}");
    let caller = "ann; through=agent\t\"forged=true";
    let through = events(&app, Method::PUT, "/notes/2", caller).await;
    let (_, through) = &through[0];
    assert_eq!(through["subject"], "\"ann\"");
    assert_eq!(through["actor"], "\"agent\\t\\\"forged=true\"");
}

#[tokio::test]
async fn a_grant_is_no_denial() {
    let app = notes::app(notes::state());
    assert!(
        events(&app, Method::GET, "/owned/1", "ann; reader")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_closures_name_is_known_where_its_policy_was_given() {
    let app = PolicyRouter::new()
        .route(
            "/notes/{note_id}",
            get(guarded(EditNote, || async { "a closure" })),
        )
        .with_state(notes::state())
        .authenticate(Callers);
    let events = events(&app, Method::GET, "/notes/2", "ann").await;
    let (_, event) = &events[0];
    assert!(
        event["handler"].contains("a_closures_name_is_known"),
        "{event:?}"
    );
    assert_eq!(event["policy"], "EditNote");
}

#[tokio::test]
async fn what_a_client_chose_is_never_raw_and_credentials_are_not_there_at_all() {
    let app = notes::app(notes::state());
    // A header can't hold a line break, but it can hold tabs and quotes; a path can hold more.
    let evil = "ann\t\"forged=true";
    for (path, caller) in [
        ("/notes/2%0a%1b[31mforged", evil),
        ("/owned/%E2%80%AE1", evil),
        ("/notes/2?token=secret-token", "expired"),
        ("/notes/2", "unjudged"),
    ] {
        for (target, event) in events(&app, Method::PUT, path, caller).await {
            for (name, value) in &event {
                assert!(
                    !value.chars().any(|c| c.is_control() || c == '\u{202e}'),
                    "{target} {name}: {value:?}"
                );
                assert!(
                    !value.contains("secret-token") && !value.contains("forged=true\"\""),
                    "{name}: {value}"
                );
            }
            if let Some(subject) = event.get("subject") {
                assert_eq!(subject, "\"ann\\t\\\"forged=true\"");
            }
        }
    }
}

#[tokio::test]
async fn refused_credentials_are_one_event_with_the_reason() {
    let app = notes::app(notes::state());
    let events = events(&app, Method::GET, "/whoami", "expired").await;
    assert_eq!(events.len(), 1, "{events:?}");
    let (target, event) = &events[0];
    assert_eq!(target, "auth_core::authentication");
    assert_eq!(
        (event["code"].as_str(), event["why"].as_str()),
        ("invalid_token", "\"it has expired\"")
    );
    assert_eq!(event["route"], "/whoami");
}
