//! Every shape of policy × {nobody, denied, granted} × {there, missing, unreadable key, store down,
//! store panics, store hangs}.

use auth_tests::{
    call,
    notes::{self, DOWN, HANGS, MISSING, PANICS},
};
use http::Method;

/// A shape about a note: the path before its key, a key where `denied` is denied and `granted`
/// granted, and the statuses of nobody, `denied` and `granted` in each circumstance.
struct Shape {
    path: &'static str,
    key: u64,
    denied: &'static str,
    granted: &'static str,
    there: [u16; 3],
    missing: [u16; 3],
    failing: [u16; 3],
}

const SHAPES: [Shape; 12] = [
    // owned: `role = "reader", owns = "note"`; without the role the store isn't asked
    Shape {
        path: "/owned/",
        key: 1,
        denied: "ann",
        granted: "ann; reader",
        there: [401, 403, 200],
        missing: [401, 403, 404],
        failing: [401, 403, 503],
    },
    Shape {
        path: "/owned/",
        key: 1,
        denied: "bob; reader",
        granted: "ann; admin",
        there: [401, 403, 200],
        missing: [401, 404, 404],
        failing: [401, 503, 503],
    },
    // any(role = "admin", owns = "note")
    Shape {
        path: "/admin-or-owner/",
        key: 1,
        denied: "bob; writer",
        granted: "bob; admin",
        there: [401, 403, 200],
        missing: [401, 404, 404],
        failing: [401, 503, 503],
    },
    // any(role = "admin", when = published): holds for nobody where it is published
    Shape {
        path: "/readable/",
        key: 2,
        denied: "bob",
        granted: "ann; admin",
        there: [401, 403, 200],
        missing: [401, 404, 404],
        failing: [503, 503, 503],
    },
    // owns = "note", not(when = unlocked)
    Shape {
        path: "/locked/",
        key: 3,
        denied: "bob",
        granted: "ann",
        there: [401, 403, 200],
        missing: [401, 404, 404],
        failing: [401, 503, 503],
    },
    // not(owns = "note"): no `not` makes a grant of what is missing
    Shape {
        path: "/anothers/",
        key: 1,
        denied: "ann",
        granted: "bob",
        there: [401, 403, 200],
        missing: [401, 404, 404],
        failing: [401, 503, 503],
    },
    // when = below(3)
    Shape {
        path: "/small/",
        key: 2,
        denied: "ann",
        granted: "ann; reader",
        there: [401, 403, 200],
        missing: [401, 403, 404],
        failing: [401, 403, 503],
    },
    // policy = SeeBelow<2>
    Shape {
        path: "/smaller/",
        key: 1,
        denied: "ann",
        granted: "bob; reader",
        there: [401, 403, 200],
        missing: [401, 403, 404],
        failing: [401, 403, 503],
    },
    // policy = SeeNote, which hides
    Shape {
        path: "/hidden-by-policy/",
        key: 1,
        denied: "bob",
        granted: "ann",
        there: [401, 404, 200],
        missing: [401, 404, 404],
        failing: [401, 503, 503],
    },
    // any(owns = "note", when = published), hide: it may hold for nobody, so nobody gets 404 too
    Shape {
        path: "/hidden-unless-published/",
        key: 2,
        denied: "ann",
        granted: "bob",
        there: [404, 404, 200],
        missing: [404, 404, 404],
        failing: [503, 503, 503],
    },
    // role = "reader", unless = published
    Shape {
        path: "/unpublished/",
        key: 2,
        denied: "ann",
        granted: "ann; reader",
        there: [401, 403, 200],
        missing: [401, 403, 404],
        failing: [401, 403, 503],
    },
    // any(all(role = "writer", owns = "note"), all(role = "admin", not(when = unlocked)))
    Shape {
        path: "/nested/",
        key: 3,
        denied: "bob; writer",
        granted: "bob; admin",
        there: [401, 403, 200],
        missing: [401, 404, 404],
        failing: [401, 503, 503],
    },
];

#[tokio::test(start_paused = true)]
async fn rules_about_resources() {
    let app = notes::app(notes::state());
    for shape in &SHAPES {
        let circumstances = [
            (shape.key.to_string(), shape.there),
            (MISSING.to_string(), shape.missing),
            ("no-key".to_owned(), shape.missing),
            ("-1".to_owned(), shape.missing),
            ("99999999999999999999999".to_owned(), shape.missing),
            (DOWN.to_string(), shape.failing),
            (PANICS.to_string(), shape.failing),
            (HANGS.to_string(), shape.failing),
        ];
        for (key, statuses) in circumstances {
            for (caller, status) in ["", shape.denied, shape.granted].into_iter().zip(statuses) {
                let path = format!("{}{key}", shape.path);
                let answer = call(&app, Method::GET, &path, caller).await;
                let body = &answer.body;
                assert_eq!(answer.status(), status, "{path} as {caller:?}: {body}");
                if status >= 400 {
                    assert_problem(&answer);
                }
            }
        }
    }
}

/// A shape about the caller alone: method, path, and who gets what.
type AboutCallers = (Method, &'static str, &'static [(&'static str, u16)]);

const ABOUT_CALLERS: [AboutCallers; 15] = [
    (Method::GET, "/whoami", &[("", 401), ("ann", 200)]),
    (
        Method::PUT,
        "/write",
        &[
            ("", 401),
            ("ann; reader", 403),
            ("ann; writer", 200),
            ("ann; admin", 200),
        ],
    ),
    (
        Method::DELETE,
        "/remove",
        &[
            ("", 401),
            ("ann; writer", 403),
            ("ann; admin", 200),
            ("ann; may-delete", 200),
        ],
    ),
    (
        Method::GET,
        "/scoped",
        &[
            ("", 401),
            ("ann", 403),
            ("ann; scope=notes:write", 200),
            ("ann; scope=notes", 403),
        ],
    ),
    (
        Method::GET,
        "/either-scope",
        &[
            ("", 401),
            ("ann; reader", 403),
            ("ann; scope=notes:read", 403),
            ("ann; reader; scope=notes:read", 200),
            ("ann; reader; scope=notes:write", 200),
        ],
    ),
    // Nobody never gets more than somebody, under `not` and `forbid` too.
    (
        Method::GET,
        "/no-admins",
        &[("", 401), ("ann", 200), ("ann; admin", 403)],
    ),
    (
        Method::GET,
        "/anyone-but-ann",
        &[
            ("", 401),
            ("ann; admin", 403),
            ("bob", 403),
            ("bob; reader", 200),
        ],
    ),
    (Method::GET, "/reading", &[("", 401), ("ann", 200)]),
    (Method::POST, "/reading", &[("", 401), ("ann", 403)]),
    (
        Method::GET,
        "/asked",
        &[
            ("", 401),
            ("bob", 403),
            ("ann", 200),
            ("down", 503),
            ("panics", 503),
            ("hangs", 503),
        ],
    ),
    (Method::GET, "/somebody", &[("", 401), ("ann", 200)]),
    // What is published, anyone may read.
    (Method::GET, "/readable/1", &[("", 200), ("bob", 200)]),
    (Method::GET, "/first/1", &[("", 401), ("ann", 200)]),
    (Method::GET, "/first/2", &[("", 401), ("ann", 403)]),
    (Method::GET, "/health", &[("", 200), ("ann", 200)]),
];

#[tokio::test(start_paused = true)]
async fn rules_about_callers() {
    let app = notes::app(notes::state());
    for (method, path, callers) in ABOUT_CALLERS {
        for (caller, status) in callers {
            let answer = call(&app, method.clone(), path, caller).await;
            let body = &answer.body;
            assert_eq!(
                answer.status(),
                *status,
                "{method} {path} as {caller:?}: {body}"
            );
            if *status >= 400 {
                assert_problem(&answer);
            }
        }
    }
}

fn assert_problem(answer: &auth_tests::Answer) {
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("vary"), "x-caller");
    let code = match answer.status() {
        401 => "unauthenticated",
        403 if answer.header("www-authenticate").is_empty() => "forbidden",
        403 => "insufficient_scope",
        404 => "not_found",
        503 if answer.code() == "credentials_unavailable" => "credentials_unavailable",
        503 => "unavailable",
        other => panic!("{other} is in no row of the table"),
    };
    assert_eq!(answer.code(), code);
    assert_eq!(
        answer.header("retry-after").is_empty(),
        answer.status() != 503
    );
}
