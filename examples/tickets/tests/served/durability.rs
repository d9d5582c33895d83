//! Nothing that was answered with success is lost, however the process ends.

use std::{
    path::Path,
    sync::{Mutex, mpsc},
    thread,
};

use crate::server::{Server, ask, database};
use serde_json::{Value, json};

const WRITERS: usize = 4;

/// Opens tickets from several threads until the server is gone; answers the titles of those that
/// were answered with 201. `end` ends the server once `enough` are.
fn write_until(server: Server, enough: usize, end: impl FnOnce(Server)) -> Vec<String> {
    let acknowledged = Mutex::new(Vec::new());
    let (enough_written, wait) = mpsc::channel();
    let address = server.variables.clone();
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (acknowledged, enough_written, address) =
                (&acknowledged, enough_written.clone(), &address);
            scope.spawn(move || {
                for count in 0.. {
                    let title = format!("{writer}-{count}");
                    let draft = json!({"title": title});
                    let answer = ask(
                        address,
                        "WRITER",
                        "POST",
                        "/projects/1/tickets",
                        Some(&draft),
                    );
                    if !answer.is_ok_and(|(status, _)| status == 201) {
                        break;
                    }
                    let mut acknowledged = acknowledged.lock().unwrap();
                    acknowledged.push(title);
                    if acknowledged.len() == enough {
                        enough_written.send(()).unwrap();
                    }
                }
            });
        }
        wait.recv().expect("enough are written");
        end(server);
    });
    acknowledged.into_inner().unwrap()
}

fn assert_kept(database: &Path, titles: &[String]) {
    let server = Server::start(Some(database));
    let (status, list) = server.ask("READER", "GET", "/projects/1/tickets", None);
    assert_eq!(status, 200);
    let kept: Vec<_> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|ticket| ticket["title"].as_str().expect("a title"))
        .collect();
    for title in titles {
        assert!(kept.contains(&title.as_str()), "{title} is lost");
    }
    drop(server);
    let database = rusqlite::Connection::open(database).expect("the file");
    let check: String = database
        .query_row("PRAGMA integrity_check", (), |row| row.get(0))
        .expect("an answer");
    assert_eq!(check, "ok");
}

#[test]
fn kill_9_loses_nothing_that_was_answered() {
    let database = database("killed");
    let server = Server::start(Some(&database));
    let titles = write_until(server, 40, Server::kill);
    assert!(titles.len() >= 40);
    assert_kept(&database, &titles);
}

#[test]
fn sigterm_ends_it_in_order_and_loses_nothing() {
    let database = database("terminated");
    let server = Server::start(Some(&database));
    let titles = write_until(server, 40, |server| {
        assert!(server.terminate().success(), "it ends in order");
    });
    assert_kept(&database, &titles);
}

#[test]
fn a_change_survives_a_restart() {
    let database = database("restarted");
    let server = Server::start(Some(&database));
    let change = json!({"version": 1, "title": "Kept"});
    assert_eq!(
        server.ask("OWNER", "PUT", "/tickets/1", Some(&change)).0,
        200
    );
    server.kill();
    let server = Server::start(Some(&database));
    let (_, ticket) = server.ask("READER", "GET", "/tickets/1", None);
    assert_eq!(
        (&ticket["title"], &ticket["version"]),
        (&Value::from("Kept"), &Value::from(2))
    );
}
