//! The table of answers, for every shape of policy.

use auth_tests::{
    call,
    notes::{self, DOWN, MISSING, PANICS},
};
use http::Method;

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "a table")]
async fn every_shape_of_policy_answers_by_the_table() {
    let app = notes::app(notes::state());
    let get = Method::GET;
    let put = Method::PUT;
    let table = [
        (&get, "/whoami".to_owned(), vec![("", 401), ("ann", 200)]),
        (
            &put,
            "/write".to_owned(),
            vec![
                ("", 401),
                ("ann; reader", 403),
                ("ann; writer", 200),
                ("ann; admin", 200),
            ],
        ),
        (
            &Method::DELETE,
            "/remove".to_owned(),
            vec![
                ("", 401),
                ("ann; writer", 403),
                ("ann; admin", 200),
                ("ann; may-delete", 200),
            ],
        ),
        (
            &get,
            "/scoped".to_owned(),
            vec![
                ("", 401),
                ("ann", 403),
                ("ann; scope=notes:write", 200),
                ("ann; scope=notes", 403),
            ],
        ),
        (
            &get,
            "/owned/1".to_owned(),
            vec![
                ("", 401),
                ("ann", 403),
                ("ann; reader", 200),
                ("bob; writer", 403),
            ],
        ),
        (
            &get,
            format!("/owned/{MISSING}"),
            vec![("", 401), ("ann", 403), ("ann; reader", 404)],
        ),
        (
            &get,
            "/owned/no-key".to_owned(),
            vec![("", 401), ("ann", 403), ("ann; reader", 404)],
        ),
        (
            &get,
            format!("/owned/{DOWN}"),
            vec![("", 401), ("ann", 403), ("ann; reader", 503)],
        ),
        (
            &get,
            format!("/owned/{PANICS}"),
            vec![("", 401), ("ann", 403), ("ann; reader", 503)],
        ),
        (
            &get,
            "/admin-or-owner/1".to_owned(),
            vec![("", 401), ("ann", 200), ("bob", 403), ("bob; admin", 200)],
        ),
        (
            &get,
            format!("/admin-or-owner/{MISSING}"),
            vec![("", 401), ("ann", 404), ("bob; admin", 404)],
        ),
        (
            &get,
            format!("/admin-or-owner/{DOWN}"),
            vec![("", 401), ("ann", 503), ("bob; admin", 503)],
        ),
        (
            &get,
            "/readable/1".to_owned(),
            vec![("", 200), ("bob", 200)],
        ),
        (
            &get,
            "/readable/2".to_owned(),
            vec![("", 401), ("bob", 403), ("bob; admin", 200)],
        ),
        (
            &get,
            format!("/readable/{MISSING}"),
            vec![("", 401), ("bob", 404)],
        ),
        (
            &get,
            format!("/readable/{PANICS}"),
            vec![("", 503), ("bob", 503)],
        ),
        (
            &get,
            "/locked/3".to_owned(),
            vec![("", 401), ("ann", 200), ("bob", 403)],
        ),
        (
            &get,
            format!("/locked/{MISSING}"),
            vec![("", 401), ("ann", 404)],
        ),
        (
            &get,
            format!("/locked/{PANICS}"),
            vec![("", 401), ("ann", 503)],
        ),
        (
            &put,
            "/notes/1".to_owned(),
            vec![("", 401), ("ann", 200), ("bob", 403), ("bob; admin", 200)],
        ),
        (
            &put,
            "/notes/3".to_owned(),
            vec![("", 401), ("ann", 403), ("bob; admin", 403)],
        ),
        (
            &get,
            "/anyone-but-ann".to_owned(),
            vec![("", 401), ("ann; admin", 403), ("bob; reader", 200)],
        ),
        (&get, "/reading".to_owned(), vec![("", 401), ("ann", 200)]),
        (
            &Method::POST,
            "/reading".to_owned(),
            vec![("", 401), ("ann", 403)],
        ),
        (&get, "/first/1".to_owned(), vec![("", 401), ("ann", 200)]),
        (&get, "/first/2".to_owned(), vec![("ann", 403)]),
        (&get, "/health".to_owned(), vec![("", 200), ("ann", 200)]),
        (&get, "/nowhere".to_owned(), vec![("", 404), ("ann", 404)]),
        (&put, "/health".to_owned(), vec![("", 405), ("ann", 405)]),
    ];
    for (method, path, callers) in table {
        for (caller, status) in callers {
            let answer = call(&app, method.clone(), &path, caller).await;
            assert_eq!(
                answer.status(),
                status,
                "{method} {path} as {caller:?}: {}",
                answer.body
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_never_answers_is_503_after_the_deadline() {
    let app = notes::app(notes::state());
    let hangs = format!("/owned/{}", notes::HANGS);
    let answer = call(&app, Method::GET, &hangs, "ann; reader").await;
    assert_eq!(
        (answer.status(), answer.code().as_str()),
        (503, "unavailable")
    );
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(call(&app, Method::GET, &hangs, "ann").await.status(), 403);
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = notes::app(notes::state());
    for caller in ["", "ann", "ann; reader"] {
        let get = call(&app, Method::GET, "/owned/1", caller).await;
        let head = call(&app, Method::HEAD, "/owned/1", caller).await;
        assert_eq!(get.status(), head.status(), "as {caller:?}");
        assert_eq!(head.body, "");
        assert_eq!(
            get.header("www-authenticate"),
            head.header("www-authenticate")
        );
    }
}
