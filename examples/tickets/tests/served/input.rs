//! Bad input gets a problem document with a stable code, and only those who may write learn of it.

use crate::server::Server;
use serde_json::{Value, json};

#[test]
fn bad_input_is_told_what_is_wrong() {
    let server = Server::start(None);
    let long = "x".repeat(201);
    for (body, status, code) in [
        (json!({"title": "  "}), 422, "invalid_ticket"),
        (json!({"title": long}), 422, "invalid_ticket"),
        (
            json!({"title": "x", "body": "y".repeat(20_001)}),
            422,
            "invalid_ticket",
        ),
        (json!({"title": 7}), 422, "unexpected_json"),
        (json!({}), 422, "unexpected_json"),
        // Who opens a ticket is not in the client's hands.
        (
            json!({"title": "x", "author": "olga"}),
            422,
            "unexpected_json",
        ),
    ] {
        let (answered, problem) = server.ask("WRITER", "POST", "/projects/1/tickets", Some(&body));
        assert_eq!(
            (answered, problem["code"].as_str()),
            (status, Some(code)),
            "{body}"
        );
        let (denied, _) = server.ask("READER", "POST", "/projects/1/tickets", Some(&body));
        assert_eq!(denied, 403, "{body}");
    }
}

#[test]
fn a_change_is_of_nothing_but_what_a_client_may_change() {
    let server = Server::start(None);
    for (field, value) in [
        ("id", json!(2)),
        ("author", json!("olga")),
        ("org", json!("globex")),
        ("project", json!(2)),
        ("closed", json!(false)),
    ] {
        let mut change = json!({"version": 1, "title": "Mine"});
        change[field] = value;
        let (status, problem) = server.ask("OWNER", "PUT", "/tickets/1", Some(&change));
        assert_eq!(
            (status, &problem["code"]),
            (422, &Value::from("unexpected_json")),
            "{field}"
        );
    }
    let (status, ticket) = server.ask("READER", "GET", "/tickets/1", None);
    assert_eq!((status, &ticket["version"]), (200, &json!(1)));
}

#[test]
fn keys_have_one_spelling_and_archived_projects_take_no_tickets() {
    let server = Server::start(None);
    for path in [
        "/tickets/01",
        "/tickets/+1",
        "/tickets/1x",
        "/tickets/-1",
        "/tickets/%31%20",
    ] {
        assert_eq!(server.ask("READER", "GET", path, None).0, 404, "{path}");
    }
    let draft = json!({"title": "Too late"});
    let (status, _) = server.ask("WRITER", "POST", "/projects/3/tickets", Some(&draft));
    assert_eq!(status, 403);
    let (status, problem) = server.ask("READER", "GET", "/nowhere", None);
    assert_eq!(
        (status, &problem["code"]),
        (404, &Value::from("no_such_path"))
    );
    let (status, problem) = server.ask("READER", "PATCH", "/tickets/1", None);
    assert_eq!(
        (status, &problem["code"]),
        (405, &Value::from("no_such_method"))
    );
}
