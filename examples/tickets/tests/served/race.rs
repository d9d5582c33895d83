//! Check-then-write can't be raced: a change is made to the very version that was decided about.

use std::thread;

use crate::server::Server;
use serde_json::json;

#[test]
fn of_changes_to_one_version_exactly_one_is_made() {
    let server = Server::start(None);
    for version in 1..=10 {
        let statuses: Vec<u16> = thread::scope(|scope| {
            let racing: Vec<_> = (0..8)
                .map(|racer| {
                    let change = json!({"version": version, "title": format!("by {racer}")});
                    let server = &server;
                    scope.spawn(move || server.ask("OWNER", "PUT", "/tickets/1", Some(&change)).0)
                })
                .collect();
            racing
                .into_iter()
                .map(|racer| racer.join().expect("an answer"))
                .collect()
        });
        let made = statuses.iter().filter(|status| **status == 200).count();
        let stale = statuses.iter().filter(|status| **status == 409).count();
        assert_eq!((made, stale), (1, 7), "version {version}: {statuses:?}");
    }
}

#[test]
fn a_ticket_closed_meanwhile_is_not_changed() {
    let server = Server::start(None);
    for round in 0..10 {
        let draft = json!({"title": format!("race {round}")});
        let (_, ticket) = server.ask("OWNER", "POST", "/projects/1/tickets", Some(&draft));
        let path = format!("/tickets/{}", ticket["id"]);
        let change = json!({"version": 1, "title": "changed"});
        let (closed, changed) = thread::scope(|scope| {
            let close = scope.spawn(|| {
                server
                    .ask("OWNER", "POST", &format!("{path}/close"), None)
                    .0
            });
            let change = scope.spawn(|| server.ask("OWNER", "PUT", &path, Some(&change)).0);
            (
                close.join().expect("an answer"),
                change.join().expect("an answer"),
            )
        });
        // Whichever came second saw a ticket that is closed (403) or another version (409).
        let (_, ticket) = server.ask("READER", "GET", &path, None);
        match (closed, changed) {
            (200, 403 | 409) => assert_eq!(ticket["closed"], true),
            (409, 200) => assert_eq!(ticket["closed"], false),
            // Closed after the change was made: both may hold, one after the other.
            (200, 200) => assert_eq!(
                (&ticket["closed"], &ticket["version"]),
                (&true.into(), &3.into())
            ),
            other => panic!("round {round}: {other:?}"),
        }
    }
}
