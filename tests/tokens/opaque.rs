//! Tokens that mean nothing by themselves: their issuer is asked, and its answer judged.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use auth_core::{
    Bearer, Guarded, Issuer, PolicyRouter, Principal, authentication::token::Introspection,
    requires, routing::get,
};
use auth_tests::notes::Role;
use axum::{Form, Router, extract::State, http::HeaderMap, routing::post};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{minted::now, present};

#[requires(authenticated)]
async fn described(me: Principal) -> String {
    let scopes: Vec<_> = me.scopes().collect();
    format!("{} {:?} {}", me.subject(), me.kind(), scopes.join("+"))
}

/// What a good token means.
fn good() -> Value {
    json!({
        "active": true, "iss": "https://id.example", "aud": "notes", "sub": "ann",
        "client_id": "web", "scope": "notes:read", "token_type": "Bearer", "exp": now() + 600,
        "iat": now(), "roles": ["writer"],
    })
}

fn changed(member: &str, value: Value) -> Value {
    let mut answer = good();
    answer[member] = value;
    answer
}

fn without(member: &str) -> Value {
    let mut answer = good();
    answer.as_object_mut().expect("an object").remove(member);
    answer
}

/// What the endpoint says of a token, by the token's text.
fn meaning(token: &str) -> Result<String, StatusCode> {
    let answer = match token {
        "good" => good(),
        "short" => changed("exp", json!(now() + 2)),
        "endless" => without("exp"),
        "of-a-client" => without("sub"),
        "of-its-own" => changed("sub", json!("web")),
        "of-any-issuer" => without("iss"),
        "inactive" => json!({ "active": false }),
        "expired" => changed("exp", json!(now() - 60)),
        "early" => changed("nbf", json!(now() + 60)),
        "elsewhere" => changed("aud", json!("others")),
        "nowhere" => without("aud"),
        "of-another" => changed("iss", json!("https://evil.example")),
        "bound" => changed("cnf", json!({ "jkt": "x" })),
        "other-type" => changed("token_type", json!("DPoP")),
        "typed" => changed("typ", json!("Bearer")),
        "typed-in-small-letters" => changed("typ", json!("bearer")),
        "typed-by-rfc-9068" => changed("typ", json!("at+jwt")),
        "used-for-access" => changed("token_use", json!("access")),
        "refresh" => changed("typ", json!("Refresh")),
        "offline" => changed("typ", json!("Offline")),
        "id" => changed("typ", json!("ID")),
        "used-for-id" => changed("token_use", json!("id")),
        "with-a-nonce" => changed("nonce", json!("n")),
        "of-a-logout" => changed(
            "events",
            json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
        ),
        "of-nobody" => {
            let mut answer = without("sub");
            answer
                .as_object_mut()
                .expect("an object")
                .remove("client_id");
            answer
        }
        "of-a-name" => {
            let mut answer = without("sub");
            answer["username"] = json!("ann");
            answer
        }
        "of-7" => changed("uid", json!(7)),
        "of-12" => changed("uid", json!(12)),
        "of-12-alone" => {
            let mut answer = without("sub");
            answer["uid"] = json!(12);
            answer
        }
        "empty-subject" => changed("sub", json!("")),
        "odd-roles" => changed("roles", json!(7)),
        "odd-end" => changed("exp", json!("tomorrow")),
        "silent" => without("active"),
        "text" => changed("active", json!("true")),
        "list" => json!([]),
        "twice" => return Ok(r#"{"active":false,"active":true,"sub":"ann"}"#.to_owned()),
        "html" => return Ok("<html>".to_owned()),
        "big" => return Ok(" ".repeat(600 * 1024)),
        "down" => return Err(StatusCode::INTERNAL_SERVER_ERROR),
        _ => return Err(StatusCode::NOT_FOUND),
    };
    Ok(answer.to_string())
}

/// The endpoint, the address it listens on, and how often it was asked.
async fn endpoint() -> (String, Arc<AtomicUsize>) {
    async fn introspect(
        State(asked): State<Arc<AtomicUsize>>,
        headers: HeaderMap,
        Form(form): Form<Vec<(String, String)>>,
    ) -> Result<String, StatusCode> {
        asked.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(20)).await;
        let client = format!("Basic {}", STANDARD.encode("notes%3Aapi:a+secret%2B"));
        if headers
            .get("authorization")
            .is_none_or(|sent| *sent != client)
        {
            return Err(StatusCode::UNAUTHORIZED);
        }
        let token = form.iter().find(|(name, _)| name == "token");
        meaning(token.map_or("", |(_, token)| token))
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let asked = Arc::new(AtomicUsize::new(0));
    let app = Router::new()
        .route("/introspect", post(introspect))
        .with_state(Arc::clone(&asked));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (format!("http://{address}/introspect"), asked)
}

fn issuer() -> Issuer {
    Issuer::new("https://id.example")
        .audience("notes")
        .roles::<Role>()
}

fn app(issuer: Issuer, endpoint: Introspection) -> Guarded {
    PolicyRouter::new()
        .route("/described", get(described))
        .route("/writers", get(crate::writers))
        .authenticate(Bearer::opaque(issuer, endpoint))
}

fn ours(url: &str) -> Introspection {
    Introspection::at(url).client("notes:api", "a secret+")
}

async fn status(app: &Guarded, token: &str) -> u16 {
    let answer = present(app, "/described", &format!("Bearer {token}")).await;
    answer.status()
}

#[tokio::test]
async fn the_issuers_answer_says_who_calls_or_that_nobody_does() {
    let (url, _) = endpoint().await;
    let app = app(issuer(), ours(&url));
    for (token, body) in [
        ("good", "ann Person notes:read"),
        ("endless", "ann Person notes:read"),
        ("of-any-issuer", "ann Person notes:read"),
        ("typed", "ann Person notes:read"),
        ("typed-in-small-letters", "ann Person notes:read"),
        ("typed-by-rfc-9068", "ann Person notes:read"),
        ("used-for-access", "ann Person notes:read"),
        ("of-a-client", "web Machine notes:read"),
        ("of-its-own", "web Machine notes:read"),
    ] {
        let answer = present(&app, "/described", &format!("Bearer {token}")).await;
        assert_eq!(
            (answer.status(), answer.body.as_str()),
            (200, body),
            "{token}"
        );
    }
    assert_eq!(present(&app, "/writers", "Bearer good").await.status(), 200);
    for token in [
        "inactive",
        "expired",
        "early",
        "elsewhere",
        "nowhere",
        "of-another",
        "bound",
        "other-type",
        // Not an access token, whatever it is.
        "refresh",
        "offline",
        "id",
        "used-for-id",
        "with-a-nonce",
        "of-a-logout",
        "of-nobody",
        // Everybody who uses a client would be one caller: the client.
        "of-a-name",
        "empty-subject",
        "odd-roles",
        "odd-end",
    ] {
        assert_eq!(status(&app, token).await, 401, "{token}");
    }
    for token in [
        "silent", "text", "list", "twice", "html", "big", "down", "unknown",
    ] {
        assert_eq!(status(&app, token).await, 503, "{token}");
    }
}

#[tokio::test]
async fn a_client_whom_the_issuer_does_not_know_can_judge_nothing() {
    let (url, _) = endpoint().await;
    for endpoint in [
        Introspection::at(&url),
        Introspection::at(&url).client("notes:api", "guessed"),
        Introspection::at(url.replace("introspect", "nothing")),
    ] {
        assert!(!format!("{endpoint:?}").contains("guessed"));
        assert_eq!(status(&app(issuer(), endpoint), "good").await, 503);
    }
}

#[tokio::test]
async fn what_a_token_is_for_is_not_looked_at_where_the_app_says_so() {
    let (url, _) = endpoint().await;
    let app = app(issuer(), ours(&url).any_use());
    for token in ["id", "with-a-nonce", "used-for-id", "good"] {
        assert_eq!(status(&app, token).await, 200, "{token}");
    }
    for token in ["inactive", "expired", "elsewhere", "bound"] {
        assert_eq!(status(&app, token).await, 401, "{token}");
    }
}

#[tokio::test]
async fn without_an_audience_of_ours_the_endpoint_alone_decides() {
    let (url, _) = endpoint().await;
    let nobody_named = Issuer::new("https://id.example").roles::<Role>();
    let app = app(nobody_named, ours(&url));
    assert_eq!(status(&app, "elsewhere").await, 200);
    assert_eq!(status(&app, "inactive").await, 401);
}

#[tokio::test]
async fn an_answer_is_used_while_the_token_lasts_and_by_all_who_wait() {
    let (url, asked) = endpoint().await;
    let app = app(issuer().leeway(Duration::ZERO), ours(&url));
    let all = (0..50).map(|_| status(&app, "good"));
    let all = futures_util::future::join_all(all).await;
    assert!(all.iter().all(|status| *status == 200));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert_eq!(status(&app, "inactive").await, 401);
    assert_eq!(status(&app, "inactive").await, 401);
    assert_eq!(asked.load(Ordering::Relaxed), 3, "a refusal isn't kept");
    // It lasts two seconds at most, and its end is looked at afterwards, too.
    assert_eq!(status(&app, "short").await, 200);
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let before = asked.load(Ordering::Relaxed);
    let _ = status(&app, "short").await;
    assert_eq!(asked.load(Ordering::Relaxed), before + 1);
}

#[test]
fn what_cannot_work_is_refused() {
    for (issuer, url) in [
        (issuer(), "http://id.example/introspect"),
        (issuer(), "introspect"),
        (issuer().hs256([7; 32]), "https://id.example/introspect"),
        (
            issuer().leeway(Duration::from_mins(2)),
            "https://id.example/introspect",
        ),
    ] {
        assert!(Bearer::try_opaque(issuer, Introspection::at(url)).is_err());
    }
    let good = Introspection::at("https://id.example/introspect");
    assert!(Bearer::try_opaque(issuer(), good).is_ok());
}

/// How many calls are under way, and how many there were at most.
#[derive(Clone, Default)]
struct Calls(Arc<(AtomicUsize, AtomicUsize)>);

#[tokio::test]
async fn what_anybody_makes_up_costs_the_issuer_a_bounded_number_of_calls_at_once() {
    async fn introspect(State(Calls(calls)): State<Calls>) -> &'static str {
        let now = calls.0.fetch_add(1, Ordering::Relaxed) + 1;
        calls.1.fetch_max(now, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(50)).await;
        calls.0.fetch_sub(1, Ordering::Relaxed);
        r#"{"active":false}"#
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let calls = Calls::default();
    let endpoint = Router::new()
        .route("/", post(introspect))
        .with_state(calls.clone());
    tokio::spawn(async move { axum::serve(listener, endpoint).await });
    let issuer = Issuer::new("https://id.example");
    let app: Guarded = PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .authenticate(Bearer::opaque(issuer, Introspection::at(url)));
    let made_up = (0..300).map(async |number| {
        let token = format!("Bearer made-up-{number}");
        present(&app, "/guarded", &token).await.status()
    });
    let statuses = futures_util::future::join_all(made_up).await;
    assert_eq!(statuses, vec![401; 300]);
    assert_eq!(calls.0.1.load(Ordering::Relaxed), 64);
}

#[tokio::test]
async fn an_answer_names_whom_the_app_says_that_it_names_and_nobody_else() {
    let (url, _) = endpoint().await;
    let app = app(issuer().subject_at(["uid"]), ours(&url));
    for (token, who) in [
        ("of-7", Some("7 ")),
        ("of-12", Some("12 ")),
        ("of-12-alone", Some("12 ")),
        // Neither `sub` nor the client stands in.
        ("good", None),
        ("of-a-client", None),
    ] {
        let answer = present(&app, "/described", &format!("Bearer {token}")).await;
        match who {
            Some(who) => assert!(answer.body.starts_with(who), "{token}: {}", answer.body),
            None => assert_eq!(answer.status(), 401, "{token}: {}", answer.body),
        }
    }
}
