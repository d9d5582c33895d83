//! Everyone on every route, on what is theirs, another's, another organisation's, and nowhere.
//!
//! The table is `matrix.txt`; `OVERWRITE=1` writes it anew: read it.

use std::{fmt::Write, path::Path};

use serde_json::{Value, json};

use crate::server::Server;

const CALLERS: [&str; 10] = [
    "NOBODY",
    "READER",
    "WRITER",
    "OWNER",
    "ADMIN",
    "OUTSIDER",
    "OUTSIDE_ADMIN",
    "CONSULTANT",
    "CONSULTANT_OUTSIDE",
    "ROBOT",
];

/// What a ticket's route is asked about; the writer is a member of project 1 alone.
const TICKETS: [(&str, u32); 5] = [
    ("the writer's own", 2),
    ("a colleague's", 1),
    ("another project's", 3),
    ("another tenant's", 4),
    ("missing", 999),
];

const PROJECTS: [(&str, u32); 5] = [
    ("the writer's", 1),
    ("another's", 2),
    ("archived", 3),
    ("another tenant's", 4),
    ("missing", 999),
];

struct Row {
    method: &'static str,
    path: String,
    about: &'static str,
    body: Option<Value>,
}

fn rows() -> Vec<Row> {
    let row = |method, path: String, about, body| Row {
        method,
        path,
        about,
        body,
    };
    let mut rows = vec![
        row("GET", "/health".to_owned(), "", None),
        row("GET", "/me".to_owned(), "", None),
        row("GET", "/tickets".to_owned(), "", None),
        row(
            "PUT",
            "/maintenance".to_owned(),
            "",
            Some(json!({"on": false})),
        ),
        row("GET", "/nowhere".to_owned(), "", None),
    ];
    for (about, id) in PROJECTS {
        let path = format!("/projects/{id}/tickets");
        rows.push(row("GET", path.clone(), about, None));
        rows.push(row("POST", path, about, Some(json!({"title": "New"}))));
    }
    for (about, id) in TICKETS {
        let path = format!("/tickets/{id}");
        let change = json!({"version": 1, "title": "Changed"});
        let handover = json!({"ticket": id, "version": 1, "to": "olga"});
        rows.push(row("GET", path.clone(), about, None));
        rows.push(row("GET", format!("{path}/actions"), about, None));
        rows.push(row("PUT", path.clone(), about, Some(change)));
        rows.push(row("POST", format!("{path}/close"), about, None));
        rows.push(row("PUT", format!("{path}/owner"), about, Some(handover)));
        rows.push(row("DELETE", path, about, None));
    }
    rows
}

/// What a list shows, else nothing.
fn shown(body: &Value) -> String {
    let Some(list) = body.as_array() else {
        return String::new();
    };
    let ids: Vec<_> = list.iter().map(|ticket| ticket["id"].to_string()).collect();
    format!(":{}", ids.join(","))
}

#[test]
fn everyone_on_every_route_gets_what_the_table_says() {
    let mut table = format!("{:<45}", "");
    for who in CALLERS {
        let _ = write!(table, "{who:<15}");
    }
    let mut server = Server::start(None);
    for row in rows() {
        let path = format!("{} {}", row.method, row.path);
        let _ = write!(table, "\n{path:<27}{:<18}", row.about);
        for who in CALLERS {
            let (status, body) = server.ask(who, row.method, &row.path, row.body.as_ref());
            let cell = format!(
                "{status}{}",
                if status == 200 {
                    shown(&body)
                } else {
                    String::new()
                }
            );
            let _ = write!(table, "{cell:<15}");
            // Each cell is of the tracker as it starts.
            if row.method != "GET" && status < 300 {
                server = Server::start(None);
            }
        }
    }
    let lines: Vec<_> = table.lines().map(str::trim_end).collect();
    let table = lines.join("\n") + "\n";
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/served/matrix.txt");
    if std::env::var_os("OVERWRITE").is_some() {
        std::fs::write(&golden, &table).expect("a golden file");
    }
    let expected = std::fs::read_to_string(&golden).expect("a golden file");
    assert!(table == expected, "the table is another one:\n{table}");
}
