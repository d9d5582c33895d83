//! What a token says counts no longer than the account: for what is deleted, and for nothing cheaper.

use rusqlite::Connection;

use crate::server::{Server, database};

#[test]
fn a_token_that_outlived_its_account_deletes_nothing() {
    let file = database("fresh");
    let server = Server::start(Some(&file));
    let accounts = Connection::open(&file).expect("the file");
    let change = |sql: &str| {
        accounts.execute(sql, ()).expect("a change");
    };
    // No admin any more; the token still says so.
    change("UPDATE accounts SET role = 'reader' WHERE subject = 'ada'");
    assert_eq!(server.ask("ADMIN", "GET", "/tickets/2", None).0, 200);
    assert_eq!(server.ask("ADMIN", "DELETE", "/tickets/2", None).0, 403);
    // Moved to another organisation: an admin there, and nobody here.
    change("UPDATE accounts SET org = 'globex', role = 'admin' WHERE subject = 'ada'");
    assert_eq!(server.ask("ADMIN", "DELETE", "/tickets/2", None).0, 401);
    // Gone.
    change("UPDATE accounts SET disabled = 1 WHERE subject = 'ada'");
    let (status, problem) = server.ask("ADMIN", "DELETE", "/tickets/2", None);
    assert_eq!(
        (status, problem["code"].as_str()),
        (401, Some("invalid_token"))
    );
    change("UPDATE accounts SET org = 'acme', disabled = 0 WHERE subject = 'ada'");
    assert_eq!(server.ask("ADMIN", "DELETE", "/tickets/2", None).0, 204);
}

#[test]
fn who_belongs_to_two_organisations_is_in_each_what_they_are_there() {
    let file = database("two-organisations");
    let server = Server::start(Some(&file));
    let accounts = Connection::open(&file).expect("the file");
    let change = |sql: &str| {
        accounts.execute(sql, ()).expect("a change");
    };
    let delete = |who: &str, ticket: u32| {
        let path = format!("/tickets/{ticket}");
        server.ask(who, "DELETE", &path, None).0
    };
    // A reader there, whatever they are here.
    assert_eq!(delete("CONSULTANT_OUTSIDE", 4), 403);
    // No admin here any more, and one there: neither right crosses over.
    change("UPDATE accounts SET role = 'reader' WHERE subject = 'cora' AND org = 'acme'");
    change("UPDATE accounts SET role = 'admin' WHERE subject = 'cora' AND org = 'globex'");
    assert_eq!(delete("CONSULTANT", 2), 403);
    change("UPDATE accounts SET role = 'admin' WHERE subject = 'cora' AND org = 'acme'");
    assert_eq!(delete("CONSULTANT", 2), 204);
    assert_eq!(delete("CONSULTANT", 4), 404);
}

#[test]
fn buttons_are_told_what_stands_in_the_way() {
    let server = Server::start(None);
    let (status, actions) = server.ask("WRITER", "GET", "/tickets/1/actions", None);
    assert_eq!(status, 200);
    assert_eq!(actions["edit"]["allowed"], false);
    assert_eq!(actions["edit"]["code"], "forbidden");
    let reasons = actions["edit"]["reasons"].to_string();
    assert!(reasons.contains(r#""name":"admin""#), "{reasons}");
    let (_, actions) = server.ask("WRITER", "GET", "/tickets/2/actions", None);
    assert_eq!(
        (&actions["edit"]["allowed"], &actions["delete"]["allowed"]),
        (&true.into(), &true.into())
    );
}
