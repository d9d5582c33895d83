use auth_core::{Bearer, Identity, Outcome, TokenVerifier, async_trait};

use auth_edge_tests::logins::{Browser, app, routes, sessions};

#[tokio::test]
async fn a_login_sets_a_cookie_that_says_who_calls_from_then_on() {
    let app = app(&sessions());
    let mut browser = Browser::default();
    assert_eq!(browser.get(&app, "/writes").await.status(), 401);
    let answer = browser.post(&app, "/login").await;
    let set = answer.header("set-cookie");
    for part in [
        "__Host-session=",
        "HttpOnly",
        "SameSite=Lax",
        "Secure",
        "Path=/",
        "Max-Age=43200",
    ] {
        assert!(set.contains(part), "{part} is not in {set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    assert_eq!(answer.header("cache-control"), "no-store");
    browser.cookie = browser
        .cookie
        .map(|cookie| format!("theme=dark; {cookie}; a=b"));
    let answer = browser.get(&app, "/writes").await;
    assert_eq!(
        answer.body,
        "ann of accounts at acme by pwd, other cookies: theme=dark; a=b"
    );
    assert_eq!(answer.header("vary"), "cookie");
    assert_eq!(
        answer.header("set-cookie"),
        "",
        "nothing is set without need"
    );
}

#[tokio::test]
async fn logging_in_again_gives_a_new_id_and_ends_the_old_session() {
    let app = app(&sessions());
    let mut browser = Browser::logged_in(&app, "ann").await;
    let mut thief = browser.clone();
    let answer = browser.post(&app, "/login").await;
    assert_eq!(answer.status(), 200);
    assert_ne!(browser.cookie, thief.cookie);
    assert_eq!(browser.get(&app, "/writes").await.status(), 200);
    assert_eq!(thief.get(&app, "/writes").await.status(), 401);
    assert_eq!(thief.cookie, None, "it is cleared");
}

#[tokio::test]
async fn a_cookie_that_is_no_session_is_cleared_and_the_caller_is_nobody() {
    let app = app(&sessions());
    let good = Browser::logged_in(&app, "ann")
        .await
        .cookie
        .expect("a cookie");
    let unknown = format!("__Host-session={}", "A".repeat(22));
    for cookie in [
        unknown.as_str(),
        "__Host-session=",
        "__Host-session=x",
        "__Host-session=../../etc/passwd",
        &format!("{good}; {good}"),
        &format!("{good}; {unknown}"),
        &format!("{unknown}; {good}"),
    ] {
        for (method, path, status, body) in [
            ("GET", "/writes", 401, None),
            ("GET", "/open", 200, Some("nobody")),
            ("GET", "/nowhere", 404, None),
        ] {
            let mut browser = Browser {
                cookie: Some(cookie.to_owned()),
            };
            let answer = browser.send(&app, method, path, &[]).await;
            assert_eq!(answer.status(), status, "{cookie} on {path}");
            assert!(body.is_none_or(|body| answer.body == body));
            assert_eq!(browser.cookie, None, "{cookie} on {path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
        // Nobody is locked out of logging in.
        let mut browser = Browser {
            cookie: Some(cookie.to_owned()),
        };
        let answer = browser.post(&app, "/login").await;
        let set: Vec<_> = answer.head.headers.get_all("set-cookie").iter().collect();
        assert_eq!((answer.status(), set.len()), (200, 1), "{cookie}");
        assert_eq!(browser.get(&app, "/writes").await.status(), 200, "{cookie}");
    }
}

/// Tokens that are names.
struct Names;

#[async_trait]
impl TokenVerifier for Names {
    async fn verify(&self, token: &str) -> Outcome {
        match token {
            "bad" => Outcome::Refused("bad".to_owned()),
            name => Outcome::known(Identity::person("tokens", name)),
        }
    }
}

#[tokio::test]
async fn beside_a_token_the_cookie_is_not_looked_at() {
    let sessions = sessions();
    for app in [
        routes(&sessions).authenticate((Bearer::new(Names), sessions.clone())),
        routes(&sessions).authenticate((sessions.clone(), Bearer::new(Names))),
    ] {
        let mut browser = Browser::logged_in(&app, "ann").await;
        assert_eq!(browser.get(&app, "/open").await.body, "ann");
        let bob = [
            ("authorization", "Bearer bob"),
            ("sec-fetch-site", "cross-site"),
        ];
        let answer = browser.send(&app, "POST", "/open", &bob).await;
        assert_eq!(
            answer.body, "bob",
            "no forgery: the token was put in on purpose"
        );
        let bad = [("authorization", "Bearer bad")];
        assert_eq!(browser.send(&app, "GET", "/open", &bad).await.status(), 401);
        assert!(browser.cookie.is_some(), "it isn't cleared, either");
        let basic = [("authorization", "Basic YTpi")];
        assert_eq!(
            browser.send(&app, "GET", "/open", &basic).await.status(),
            400
        );
    }
}

#[tokio::test]
async fn on_a_developers_machine_the_cookie_goes_without_https() {
    let app = app(&sessions().without_https());
    let mut browser = Browser::default();
    let answer = browser.post(&app, "/login").await;
    let set = answer.header("set-cookie");
    assert!(
        set.starts_with("session=") && !set.contains("Secure"),
        "{set}"
    );
    assert_eq!(browser.get(&app, "/writes").await.status(), 200);
}
