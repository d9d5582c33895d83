//! What to try: shell lines to copy, each with the status it answers.

use std::{fmt::Write, net::SocketAddr};

use crate::demo::{Demo, Person};

/// A line of the tour: who asks, curl's other arguments, the answer's status, and why.
type Step = (Option<&'static str>, &'static str, u16, &'static str);

const STEPS: [Step; 23] = [
    (
        Some("READER"),
        "$URL/tickets/1",
        200,
        "a member of the project reads",
    ),
    (
        Some("WRITER"),
        r#"$URL/projects/1/tickets --json '{"title": "Dark mode"}'"#,
        201,
        "a writer opens a ticket",
    ),
    (None, "$URL/tickets/1", 401, "nobody is asked to log in"),
    (
        Some("NONSENSE"),
        "$URL/health",
        200,
        "dead credentials don't matter to a probe",
    ),
    (
        Some("NONSENSE"),
        "$URL/me",
        401,
        "and do to everything else",
    ),
    (
        Some("READER"),
        r#"$URL/projects/1/tickets --json '{"title": "Dark mode"}'"#,
        403,
        "a reader doesn't write",
    ),
    (
        Some("WRITER"),
        r#"-X PUT $URL/tickets/1 --json '{"version": 1, "title": "Mine now"}'"#,
        403,
        "a writer doesn't write what is another's",
    ),
    (
        Some("OWNER"),
        r#"-X PUT $URL/tickets/1 --json '{"version": 1, "title": "Wrong logo"}'"#,
        200,
        "its owner does",
    ),
    (
        Some("OWNER"),
        r#"-X PUT $URL/tickets/1 --json '{"version": 1, "title": "Wrong icon"}'"#,
        409,
        "not over a change they haven't seen",
    ),
    (
        Some("OWNER"),
        r#"-X PUT $URL/tickets/1 --json '{"version": 2, "title": ""}'"#,
        422,
        "nor without a title",
    ),
    (
        Some("READER"),
        "$URL/tickets/999",
        404,
        "there is no such ticket",
    ),
    (
        Some("READER"),
        "$URL/tickets/3",
        404,
        "there is, and the reader isn't told",
    ),
    (
        Some("OUTSIDE_ADMIN"),
        "$URL/tickets/1",
        404,
        "what is another organisation's is nobody else's, whatever their role",
    ),
    (
        Some("READER"),
        "$URL/tickets",
        200,
        "a list has what one may see",
    ),
    (
        Some("WRITER"),
        "$URL/tickets/1/actions",
        200,
        "and for buttons there is what one may do, and why not",
    ),
    (
        Some("OWNER"),
        r#"-X PUT $URL/tickets/1/owner --json '{"ticket": 1, "version": 2, "to": "rita"}'"#,
        403,
        "a ticket isn't given to whoever isn't a member",
    ),
    (
        Some("OWNER"),
        r#"-X PUT $URL/tickets/1/owner --json '{"ticket": 2, "version": 2, "to": "walter"}'"#,
        403,
        "what was decided about one ticket changes no other",
    ),
    (
        Some("OWNER"),
        r#"-X PUT $URL/tickets/1/owner --json '{"ticket": 1, "version": 2, "to": "walter"}'"#,
        200,
        "it is to a colleague",
    ),
    (
        Some("OWNER"),
        "-X DELETE $URL/tickets/2",
        403,
        "a writer doesn't delete another's",
    ),
    (
        Some("ADMIN"),
        "-X DELETE $URL/tickets/2",
        204,
        "an admin does",
    ),
    (
        Some("ADMIN"),
        r#"-X PUT $URL/maintenance --json '{"on": true}'"#,
        204,
        "the database goes offline",
    ),
    (
        Some("READER"),
        "$URL/tickets/1",
        503,
        "what can't be decided now is neither granted nor denied",
    ),
    (
        Some("ADMIN"),
        r#"-X PUT $URL/maintenance --json '{"on": false}'"#,
        204,
        "and comes back",
    ),
];

/// The whole tour against a server at `address`, whose database is `new` or was used before.
#[must_use]
pub fn of(address: SocketAddr, demo: &Demo, new: bool) -> String {
    let mut text = format!(
        "Listening on http://{address}. Paste into another shell, with these, whichever line you like:\n\n\
         URL=http://{address}\nNONSENSE=nonsense\n"
    );
    for (name, person) in [
        ("READER", Person::Reader),
        ("WRITER", Person::Writer),
        ("OWNER", Person::Owner),
        ("ADMIN", Person::Admin),
        ("OUTSIDER", Person::Outsider),
        ("OUTSIDE_ADMIN", Person::OutsideAdmin),
        ("CONSULTANT", Person::Consultant),
        ("CONSULTANT_OUTSIDE", Person::ConsultantOutside),
        ("ROBOT", Person::Robot),
    ] {
        let _ = writeln!(text, "{name}={}", demo.token(person));
    }
    text.push('\n');
    if !new {
        text.push_str(
            "# The database was used before: these are the answers of a new one, and what was changed changes them.\n",
        );
    }
    for (who, arguments, status, why) in STEPS {
        text.push_str("curl -i ");
        if let Some(who) = who {
            let _ = write!(text, "-H \"Authorization: Bearer ${who}\" ");
        }
        let _ = writeln!(text, "{arguments}  # {status}: {why}");
    }
    text.push_str("\nCtrl-C ends it.\n");
    text
}
