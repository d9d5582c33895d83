use std::time::Duration;

use auth_core::{Bearer, Issuer, PolicyRouter, requires, routing::get};
use auth_tests::send;
use axum::body::Body;
use http::Request;
use reqwest::{Client, Url};

use crate::{noticeboard::Noticeboard, person::Person};

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn who_logs_in_at_the_provider_may_here_what_their_role_says() {
    let Some(board) = Noticeboard::start(MINUTE).await else {
        return;
    };
    for (name, read, write) in [("ann", 200, 200), ("bob", 200, 403), ("cyd", 403, 403)] {
        let person = Person::new();
        let page = person.go(&board.at("/board")).await;
        assert!(
            page.url.as_str().starts_with(board.provider.issuer()),
            "nobody is sent to log in"
        );
        let page = person.through(page, &board, name).await;
        assert_eq!((page.status, page.url.path()), (read, "/board"), "{name}");
        let page = person.go(&board.at("/board/new")).await;
        assert_eq!(page.status, write, "{name}");
        let text = format!("<b>of {name}</b>");
        let page = person.post(&board.at("/board"), &[("text", &text)]).await;
        assert_eq!(page.status, write, "{name}");
        assert!(!page.text.contains("<b>of"), "it is text: {}", page.text);
        let page = person.go(&board.at("/")).await;
        assert!(page.text.contains(&format!("<strong>{name}</strong>")));
    }
    let page = Person::logged_in(&board, "bob")
        .await
        .go(&board.at("/board"))
        .await;
    assert!(page.text.contains("of ann"), "{}", page.text);
    assert!(!page.text.contains("of bob"), "{}", page.text);
}

#[tokio::test]
async fn what_comes_back_counts_once_in_the_browser_that_was_sent() {
    let Some(board) = Noticeboard::start(MINUTE).await else {
        return;
    };
    let (ann, eve) = (Person::new(), Person::new());
    let back = ann.callback(&board, "ann").await;
    // Another browser, also one that is on its way itself.
    let answer = eve.go(back.as_str()).await;
    assert_eq!(answer.status, 400, "no login under way");
    eve.callback(&board, "bob").await;
    assert_eq!(eve.go(back.as_str()).await.status, 400, "another's state");
    assert!(eve.go(&board.at("/")).await.text.contains("Log in"));
    // Its own browser, once.
    let answer = ann.go(back.as_str()).await;
    assert_eq!((answer.status, answer.url.path()), (200, "/board"));
    assert_eq!(ann.go(back.as_str()).await.status, 400, "once");
}

#[tokio::test]
async fn what_was_changed_on_the_way_logs_nobody_in() {
    let Some(board) = Noticeboard::start(MINUTE).await else {
        return;
    };
    let changes: [(&str, Option<&str>); 6] = [
        ("state", Some("another")),
        ("state", None),
        ("code", Some("another")),
        ("code", None),
        ("iss", Some("https://evil.example")),
        ("error", Some("access_denied")),
    ];
    for (name, value) in changes {
        let person = Person::new();
        let mut back = person.callback(&board, "ann").await;
        let others: Vec<_> = back.query_pairs().into_owned().collect();
        back.query_pairs_mut()
            .clear()
            .extend_pairs(others.iter().filter(|(key, _)| key != name))
            .extend_pairs(value.map(|value| (name, value)));
        let answer = person.go(back.as_str()).await;
        assert_eq!(answer.status, 400, "{name} {value:?}: {answer:?}");
        assert!(answer.text.contains("t work</h1>"), "{answer:?}");
        let home = person.go(&board.at("/")).await;
        assert!(home.text.contains("Log in"), "{name} {value:?}");
    }
}

#[tokio::test]
async fn who_goes_astray_sees_a_page() {
    let Some(board) = Noticeboard::start(MINUTE).await else {
        return;
    };
    let page = Person::new().go(&board.at("/nothing")).await;
    assert_eq!((page.status, page.url.path()), (404, "/nothing"));
    assert!(page.text.contains(">Not found</h1>"), "{page:?}");
}

#[requires(authenticated)]
async fn somebody() -> &'static str {
    "somebody"
}

#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let Some(board) = Noticeboard::start(MINUTE).await else {
        return;
    };
    // The code redeemed by hand, to have the token itself.
    let person = Person::new();
    let redirect = board.at("/callback");
    let ask = Url::parse_with_params(
        &board.provider.at("/auth"),
        [
            ("client_id", "noticeboard"),
            ("response_type", "code"),
            ("scope", "openid roles"),
            ("nonce", "a nonce"),
            ("redirect_uri", &redirect),
            ("code_challenge_method", "S256"),
            // RFC 7636, appendix B.
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            ),
        ],
    );
    let page = person.go(ask.expect("an address").as_str()).await;
    let mut page = person
        .submit(&page, &[("login", "ann"), ("password", "x")])
        .await;
    while page.url.as_str().starts_with(board.provider.issuer()) {
        page = person.submit(&page, &[]).await;
    }
    let (_, code) = page
        .url
        .query_pairs()
        .find(|(name, _)| name == "code")
        .expect("a code");
    let answer = Client::new()
        .post(board.provider.at("/token"))
        .basic_auth("noticeboard", Some("the+secret+of+the+noticeboard"))
        .form(&[
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", &redirect),
            (
                "code_verifier",
                "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            ),
        ]);
    let answer = answer.send().await.expect("it is up");
    let tokens: serde_json::Value = answer.json().await.expect("JSON");
    let id_token = tokens["id_token"].as_str().expect("an ID token");
    let issuer = || {
        Issuer::new(board.provider.issuer())
            .audience("noticeboard")
            .discover()
    };
    for issuer in [issuer(), issuer().allow_untyped()] {
        let bearer = Bearer::jwt(issuer);
        bearer.warm_up().await.expect("its keys are there");
        let app = PolicyRouter::new()
            .route("/", get(somebody))
            .authenticate(bearer);
        let request = Request::get("/").header("authorization", format!("Bearer {id_token}"));
        let answer = send(&app, request.body(Body::empty()).expect("a request")).await;
        assert_eq!(
            (answer.status(), answer.code().as_str()),
            (401, "invalid_token")
        );
    }
}
