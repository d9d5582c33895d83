//! Keys that an issuer publishes: fetched seldom, kept through an outage, and no longer.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use auth_core::{
    Bearer, Guarded, Issuer, PolicyRouter, async_trait,
    authentication::token::{KeySource, PublishedKeys},
    public,
    routing::{get, post},
};
use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use axum::body::Body;
use futures_util::future::join_all;
use http::Request;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    pairs::{Pair, ec, signed},
    present,
};

/// How the issuer answers when it is asked for its keys.
#[derive(Clone)]
enum Answer {
    Keys(Vec<Value>),
    KeptFor(Vec<Value>, Duration),
    Text(&'static str),
    Down,
    Hangs,
    Panics,
}

#[derive(Clone)]
struct Provider {
    answer: Arc<Mutex<Answer>>,
    calls: Arc<AtomicUsize>,
}

impl Provider {
    fn new(answer: Answer) -> Self {
        Self {
            answer: Arc::new(Mutex::new(answer)),
            calls: Arc::default(),
        }
    }

    fn now(&self, answer: Answer) {
        *self.answer.lock().expect("no test panics with it") = answer;
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl KeySource for Provider {
    async fn fetch(&self) -> Result<PublishedKeys, String> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        // A real one takes its time.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let answer = self.answer.lock().expect("no test panics with it").clone();
        let set = |keys: Vec<Value>| PublishedKeys::new(json!({ "keys": keys }).to_string());
        match answer {
            Answer::Keys(keys) => Ok(set(keys)),
            Answer::KeptFor(keys, age) => {
                let mut published = set(keys);
                published.max_age = Some(age);
                Ok(published)
            }
            Answer::Text(text) => Ok(PublishedKeys::new(text)),
            Answer::Down => Err("the issuer is down".to_owned()),
            Answer::Hangs => std::future::pending().await,
            Answer::Panics => panic!("in the source"),
        }
    }
}

#[public(because = "one logs in here", ignores_credentials)]
async fn login() -> &'static str {
    "log in"
}

fn routes() -> PolicyRouter {
    PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .route("/login", post(login))
}

fn bearer(provider: &Provider) -> Bearer<auth_core::authentication::token::JwtVerifier> {
    let issuer = Issuer::new("https://id.example")
        .audience("notes")
        .keys_from(provider.clone());
    Bearer::jwt(issuer)
}

fn app(provider: &Provider) -> Guarded {
    routes().authenticate(bearer(provider))
}

/// A key, its public half named so, and a token signed with it.
fn key(kid: &str) -> (Pair, Value, String) {
    let pair = ec(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let jwk = pair.jwk(Algorithm::ES256, kid);
    let token = token(&pair, kid);
    (pair, jwk, token)
}

fn token(pair: &Pair, kid: &str) -> String {
    signed(Algorithm::ES256, "ES256", Some(kid), &pair.signing)
}

async fn status(app: &Guarded, token: &str) -> u16 {
    present(app, "/guarded", token).await.status()
}

async fn pass(time: Duration) {
    tokio::time::advance(time).await;
    // A call that time made due is a task of its own.
    tokio::time::sleep(Duration::from_millis(100)).await;
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test(start_paused = true)]
async fn keys_are_fetched_once_for_all_who_need_them() {
    let (_, jwk, token) = key("one");
    let provider = Provider::new(Answer::Keys(vec![jwk]));
    let app = app(&provider);
    let all = join_all((0..100).map(|_| status(&app, &token))).await;
    assert!(all.iter().all(|status| *status == 200), "{all:?}");
    assert_eq!(provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn keys_are_fetched_again_ahead_of_their_end() {
    let (_, jwk, token) = key("one");
    let provider = Provider::new(Answer::Keys(vec![jwk.clone()]));
    let app = app(&provider);
    assert_eq!(status(&app, &token).await, 200);
    for (minutes, calls) in [(4, 1), (3, 1), (2, 2), (7, 2), (2, 3)] {
        pass(minutes * MINUTE).await;
        assert_eq!(status(&app, &token).await, 200);
        pass(SECOND).await;
        assert_eq!(provider.calls(), calls, "after {minutes} minutes more");
    }
    // The issuer's word counts, within bounds.
    for (said, until_asked) in [(2 * MINUTE, 100), (SECOND, 25), (600 * MINUTE, 475)] {
        provider.now(Answer::KeptFor(vec![jwk.clone()], said));
        pass(11 * MINUTE).await;
        assert_eq!(status(&app, &token).await, 200);
        let before = provider.calls();
        pass(Duration::from_secs(until_asked - 5)).await;
        assert_eq!(status(&app, &token).await, 200);
        pass(SECOND).await;
        assert_eq!(provider.calls(), before, "{said:?}: too early");
        pass(10 * SECOND).await;
        assert_eq!(status(&app, &token).await, 200);
        pass(SECOND).await;
        assert_eq!(provider.calls(), before + 1, "{said:?}: in time");
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_key_counts_at_once_and_a_dropped_one_ceases() {
    let (_, first, with_first) = key("first");
    let (_, second, with_second) = key("second");
    let provider = Provider::new(Answer::Keys(vec![first.clone()]));
    let app = app(&provider);
    assert_eq!(status(&app, &with_first).await, 200);
    assert_eq!(status(&app, &with_second).await, 401);
    pass(MINUTE).await;
    provider.now(Answer::Keys(vec![first, second.clone()]));
    assert_eq!(status(&app, &with_second).await, 200, "the overlap");
    assert_eq!(status(&app, &with_first).await, 200, "the overlap");
    provider.now(Answer::Keys(vec![second]));
    pass(11 * MINUTE).await;
    assert_eq!(status(&app, &with_second).await, 200);
    // It verified before, and is remembered: it ends with its key all the same.
    assert_eq!(status(&app, &with_first).await, 401);
}

#[tokio::test(start_paused = true)]
async fn keys_that_nobody_knows_cost_one_call_in_thirty_seconds() {
    let (pair, jwk, good) = key("one");
    let provider = Provider::new(Answer::Keys(vec![jwk]));
    let app = app(&provider);
    assert_eq!(status(&app, &good).await, 200);
    for round in 1..=3 {
        for number in 0..3_334 {
            let unknown = token(&pair, &format!("{round}-{number}"));
            assert_eq!(status(&app, &unknown).await, 401);
        }
        assert_eq!(provider.calls(), 1 + round, "10,000 unknown keys");
        pass(31 * SECOND).await;
    }
    assert_eq!(status(&app, &good).await, 200);
}

#[tokio::test(start_paused = true)]
async fn known_keys_live_through_an_outage_for_a_stated_time() {
    for outage in [
        Answer::Down,
        Answer::Hangs,
        Answer::Panics,
        Answer::Text("<html>"),
        Answer::Text(r#"{"keys":[]}"#),
    ] {
        let (pair, jwk, known) = key("one");
        let provider = Provider::new(Answer::Keys(vec![jwk.clone()]));
        let app = app(&provider);
        assert_eq!(status(&app, &known).await, 200);
        provider.now(outage);
        for _ in 0..6 {
            pass(11 * MINUTE).await;
            assert_eq!(status(&app, &known).await, 200, "remembered");
            let fresh = token(&pair, "one");
            assert_eq!(status(&app, &fresh).await, 200, "verified");
        }
        // A key that isn't known may be a new one, and nobody can be asked.
        assert_eq!(status(&app, &token(&pair, "two")).await, 503);
        pass(5 * MINUTE).await;
        assert_eq!(status(&app, &known).await, 503, "an hour and ten minutes");
        let login = Request::post("/login").header("authorization", &known);
        let login = login.body(Body::empty()).expect("a request");
        assert_eq!(auth_tests::send(&app, login).await.status(), 200);
        provider.now(Answer::Keys(vec![jwk]));
        pass(6 * SECOND).await;
        assert_eq!(status(&app, &known).await, 200, "it is back");
    }
}

#[tokio::test(start_paused = true)]
async fn an_app_starts_before_its_issuer_does() {
    let (_, jwk, token) = key("one");
    let provider = Provider::new(Answer::Down);
    let bearer = bearer(&provider);
    let down = bearer.warm_up().await.expect_err("it is down").to_string();
    assert!(down.contains("the issuer is down"), "{down}");
    let app = routes().authenticate(bearer);
    assert_eq!(status(&app, &token).await, 503);
    let calls = provider.calls();
    assert_eq!(status(&app, &token).await, 503);
    assert_eq!(provider.calls(), calls, "it isn't asked with every request");
    provider.now(Answer::Keys(vec![jwk]));
    pass(6 * SECOND).await;
    assert_eq!(status(&app, &token).await, 200);
}

#[tokio::test(start_paused = true)]
async fn a_published_secret_is_no_key() {
    let secret = json!({"kty": "oct", "alg": "HS256", "k": "A".repeat(43)});
    let (_, jwk, token) = key("one");
    for keys in [vec![secret.clone()], vec![secret, jwk]] {
        let app = app(&Provider::new(Answer::Keys(keys)));
        assert_eq!(status(&app, &token).await, 503);
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_that_cannot_be_used_does_not_spoil_the_set() {
    let (_, jwk, token) = key("one");
    let broken = [
        json!({"kty": "RSA", "kid": "short", "n": "AQAB", "e": "AQAB"}),
        json!({"kty": "EC", "crv": "P-521", "kid": "curve"}),
        json!({"kty": "RSA", "use": "enc", "kid": "use"}),
        json!({"kty": "?"}),
        json!(7),
    ];
    let keys = broken.into_iter().chain([jwk]).collect();
    let app = app(&Provider::new(Answer::Keys(keys)));
    assert_eq!(status(&app, &token).await, 200);
}

#[tokio::test(start_paused = true)]
async fn a_request_given_up_at_any_point_leaves_nothing_stuck() {
    let (pair, jwk, good) = key("one");
    for polls in 0..8 {
        let provider = Provider::new(Answer::Keys(vec![jwk.clone()]));
        let app = app(&provider);
        for token in [&good, &token(&pair, "unknown")] {
            let request = Request::get("/guarded").header("authorization", token);
            let request = request.body(Body::empty()).expect("a request");
            let mut work = Box::pin(app.clone().oneshot(request));
            for _ in 0..polls {
                if futures_util::poll!(&mut work).is_ready() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        // Both were dropped, whatever they waited for.
        assert_eq!(status(&app, &good).await, 200, "after {polls} polls");
        assert!(provider.calls() <= 2, "{} calls", provider.calls());
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_of_an_unknown_key_is_refused_however_long_an_outage_may_last() {
    let (pair, jwk, known) = key("one");
    let provider = Provider::new(Answer::Keys(vec![jwk]));
    let issuer = Issuer::new("https://id.example")
        .audience("notes")
        .keys_from(provider.clone())
        .outage(Duration::MAX);
    let app: Guarded = routes().authenticate(Bearer::jwt(issuer));
    assert_eq!(status(&app, &known).await, 200);
    assert_eq!(status(&app, &token(&pair, "two")).await, 401);
}
