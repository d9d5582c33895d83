//! What another site makes a browser send isn't taken for the user's own.

use auth_edge_tests::logins::{Browser, app, routes, sessions};

type Headers = &'static [(&'static str, &'static str)];

const HERE: (&str, &str) = ("host", "notes.example");

#[tokio::test]
async fn only_reading_and_requests_of_our_own_pages_count_on_the_cookie() {
    let app = app(&sessions().trusted_origin("https://app.example"));
    let table: [(&str, Headers, u16); 14] = [
        ("GET", &[("sec-fetch-site", "cross-site")], 200),
        ("HEAD", &[("sec-fetch-site", "cross-site")], 200),
        ("POST", &[("sec-fetch-site", "same-origin")], 200),
        ("POST", &[("sec-fetch-site", "none")], 200),
        ("POST", &[("sec-fetch-site", "cross-site")], 403),
        ("POST", &[("sec-fetch-site", "same-site")], 403),
        ("POST", &[HERE, ("origin", "https://notes.example")], 200),
        ("POST", &[HERE, ("origin", "https://evil.example")], 403),
        ("POST", &[HERE, ("origin", "null")], 403),
        (
            "POST",
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://app.example"),
            ],
            200,
        ),
        // No browser sends neither.
        ("POST", &[], 200),
        (
            "GET",
            &[
                ("sec-fetch-site", "cross-site"),
                ("upgrade", "websocket"),
                ("connection", "upgrade"),
            ],
            403,
        ),
        (
            "GET",
            &[
                HERE,
                ("origin", "https://evil.example"),
                ("upgrade", "websocket"),
            ],
            403,
        ),
        (
            "GET",
            &[
                HERE,
                ("origin", "https://notes.example"),
                ("upgrade", "websocket"),
            ],
            200,
        ),
    ];
    let mut browser = Browser::logged_in(&app, "ann").await;
    for (method, headers, status) in table {
        for path in ["/writes", "/open"] {
            let answer = browser.send(&app, method, path, headers).await;
            assert_eq!(answer.status(), status, "{method} {path} {headers:?}");
            if status == 403 {
                assert_eq!(answer.code(), "cross_site_request");
            }
        }
    }
    // On a route that ignores dead credentials, too: this one isn't dead.
    let forged = [("sec-fetch-site", "cross-site")];
    let answer = browser.send(&app, "POST", "/login", &forged).await;
    assert_eq!(answer.status(), 403);
    assert!(browser.cookie.is_some(), "the session goes on");
    // Without a cookie there is nothing to count on.
    let nobody = Browser::default()
        .send(&app, "POST", "/open", &forged)
        .await;
    assert_eq!((nobody.status(), nobody.body.as_str()), (200, "nobody"));
}

#[tokio::test]
async fn another_site_logs_nobody_in() {
    let app = app(&sessions().trusted_origin("https://app.example"));
    let table: [(Headers, u16); 6] = [
        (&[("sec-fetch-site", "cross-site")], 403),
        (&[("sec-fetch-site", "same-site")], 403),
        (&[HERE, ("origin", "https://evil.example")], 403),
        (&[("sec-fetch-site", "same-origin")], 200),
        (
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://app.example"),
            ],
            200,
        ),
        (&[], 200),
    ];
    for (headers, status) in table {
        let mut browser = Browser::default();
        let answer = browser.send(&app, "POST", "/login", headers).await;
        assert_eq!(answer.status(), status, "{headers:?}");
        assert_eq!(browser.cookie.is_some(), status == 200, "{headers:?}");
        if status == 403 {
            assert_eq!(answer.code(), "cross_site_request");
        }
    }
}

#[test]
fn a_trusted_origin_is_one() {
    let sessions = sessions().trusted_origin("app.example/path");
    let refused = routes(&sessions).try_authenticate(sessions);
    let words = refused.expect_err("no origin").to_string();
    assert!(words.contains("`app.example/path`"), "{words}");
}
