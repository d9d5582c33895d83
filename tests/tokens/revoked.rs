//! Credentials that no longer count, though they verify and are remembered.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use auth_core::{
    Authenticator, Bearer, Guarded, Issuer, PolicyRouter, Principal, Revocation, Revocations,
    async_trait,
    authentication::revocation::{RevocationStore, StoredRevocations},
    public, requires,
    routing::{get, post},
};
use axum::{body::Body, extract::State, http::StatusCode};
use http::Request;
use tokio::sync::Notify;

use crate::{
    issuer,
    minted::{HEADER, good, signed, with, with_all},
    present,
};

#[requires(authenticated)]
async fn log_out(me: Principal, revocations: State<Revocations>) -> StatusCode {
    let all = Revocation::of_session(&me).unwrap_or_else(|| Revocation::of_subject(&me));
    match revocations.revoke(all).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[public(because = "one logs in here", ignores_credentials)]
async fn login(me: Option<Principal>) -> &'static str {
    me.map_or("nobody", |_| "somebody")
}

fn app(revocations: &Revocations) -> Guarded {
    PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .route("/logout", post(log_out))
        .route("/login", get(login))
        .with_state(revocations.clone())
        .authenticate(Bearer::jwt(issuer()).revocable(revocations.clone()))
}

async fn status(app: &Guarded, token: &str) -> u16 {
    present(app, "/guarded", token).await.status()
}

fn bearer(claims: &str) -> String {
    format!("Bearer {}", signed(HEADER, claims))
}

const ISSUER: &str = "https://id.example";

#[tokio::test]
async fn a_revoked_token_is_refused_though_it_is_remembered() {
    let named = |jti, claim, value| bearer(&with_all(&[("jti", jti), (claim, value)]));
    let token = format!("Bearer {}", good());
    let another = named(r#""another""#, "acr", r#""mfa""#);
    let of_session = named(r#""third""#, "sid", r#""a-login""#);
    let of_bob = named(r#""fourth""#, "sub", r#""bob""#);
    let all = [&token, &another, &of_session, &of_bob];
    for (revocation, refused) in [
        (
            Revocation::credential(ISSUER, "a-token"),
            [&token].as_slice(),
        ),
        (Revocation::session(ISSUER, "a-login"), &[&of_session]),
        (Revocation::subject(ISSUER, "bob"), &[&of_bob]),
        (Revocation::issuer(ISSUER), &all),
        (Revocation::issuer("https://other.example"), &[]),
    ] {
        let revocations = Revocations::in_memory();
        let app = app(&revocations);
        for token in all {
            assert_eq!(status(&app, token).await, 200);
        }
        revocations
            .revoke(revocation.clone())
            .await
            .expect("memory");
        for token in all {
            let expected = if refused.contains(&token) { 401 } else { 200 };
            assert_eq!(status(&app, token).await, expected, "{revocation:?}");
        }
        if refused.contains(&&token) {
            let answer = present(&app, "/login", &token).await;
            assert_eq!((answer.status(), answer.body.as_str()), (200, "nobody"));
        }
    }
}

#[tokio::test]
async fn what_is_revoked_of_one_is_what_they_do_for_others_too() {
    let act = |who| bearer(&with_all(&[("act", who)]));
    let (by_helpdesk, by_another) = (
        act(r#"{"sub":"helpdesk"}"#),
        act(r#"{"sub":"helpdesk","iss":"https://other.example"}"#),
    );
    let revocations = Revocations::in_memory();
    let app = app(&revocations);
    for token in [&by_helpdesk, &by_another] {
        assert_eq!(status(&app, token).await, 200);
    }
    let all = Revocation::subject(ISSUER, "helpdesk");
    revocations.revoke(all).await.expect("memory");
    assert_eq!(status(&app, &by_helpdesk).await, 401);
    assert_eq!(status(&app, &by_another).await, 200);
}

#[tokio::test]
async fn who_acts_is_known_as_their_own_tokens_say() {
    let revocations = Revocations::in_memory();
    let issuer = issuer().subject_at(["uid"]);
    let app = PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .authenticate(Bearer::jwt(issuer).revocable(revocations.clone()));
    let own = bearer(&with_all(&[("uid", "7"), ("sub", r#""h""#)]));
    let by_them = bearer(&with_all(&[
        ("uid", "12"),
        ("act", r#"{"uid":7,"sub":"h"}"#),
    ]));
    let by_nobody = bearer(&with_all(&[("uid", "12"), ("act", r#"{"sub":"h"}"#)]));
    for (token, before) in [(&own, 200), (&by_them, 200), (&by_nobody, 401)] {
        assert_eq!(status(&app, token).await, before);
    }
    let all = Revocation::subject(ISSUER, "7");
    revocations.revoke(all).await.expect("memory");
    for token in [&own, &by_them] {
        assert_eq!(status(&app, token).await, 401);
    }
}

#[tokio::test]
async fn a_token_whose_issuers_clock_is_ahead_is_revoked_with_the_others() {
    let issued = |ahead: u64| {
        let at = (crate::minted::now() + ahead).to_string();
        bearer(&with_all(&[("iat", &at), ("nbf", &at)]))
    };
    for revocation in [
        || Revocation::subject(ISSUER, "ann"),
        || Revocation::issuer(ISSUER),
    ] {
        let revocations = Revocations::in_memory();
        let app = app(&revocations);
        let ahead = issued(8);
        assert_eq!(status(&app, &ahead).await, 200, "within the leeway");
        revocations.revoke(revocation()).await.expect("memory");
        assert_eq!(status(&app, &ahead).await, 401);
        // One that was not shown before, as well.
        assert_eq!(status(&app, &issued(7)).await, 401);
    }
}

#[tokio::test]
async fn what_is_issued_after_a_revocation_counts() {
    let revocations = Revocations::in_memory();
    let exact = issuer().leeway(Duration::ZERO);
    let app = PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .authenticate(Bearer::jwt(exact).revocable(revocations.clone()));
    let revoked = Revocation::subject(ISSUER, "ann");
    revocations.revoke(revoked).await.expect("memory");
    assert_eq!(status(&app, &format!("Bearer {}", good())).await, 401);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let now = crate::minted::now().to_string();
    let after = bearer(&with_all(&[("iat", &now), ("nbf", &now)]));
    assert_eq!(status(&app, &after).await, 200);
}

#[tokio::test]
async fn a_bound_that_is_said_of_a_clone_makes_no_second_ledger() {
    let revocations = Revocations::in_memory();
    let bounded = revocations.clone().bound(Duration::from_secs(1));
    let app = app(&bounded);
    let token = format!("Bearer {}", good());
    assert_eq!(status(&app, &token).await, 200);
    let revoked = Revocation::credential(ISSUER, "a-token");
    revocations.revoke(revoked).await.expect("memory");
    assert_eq!(status(&app, &token).await, 401);
}

#[tokio::test]
async fn a_handler_logs_its_caller_out() {
    let app = app(&Revocations::in_memory());
    for (token, other) in [
        (
            bearer(&with("sid", r#""a-login""#)),
            bearer(&with("sid", r#""another""#)),
        ),
        (
            format!("Bearer {}", good()),
            bearer(&with("sub", r#""bob""#)),
        ),
    ] {
        let request = Request::post("/logout").header("authorization", &token);
        let request = request.body(Body::empty()).expect("a request");
        assert_eq!(auth_tests::send(&app, request).await.status(), 204);
        assert_eq!(status(&app, &token).await, 401);
        assert_eq!(status(&app, &other).await, 200);
    }
}

/// A store that several machines share, and that can be down.
#[derive(Clone, Default)]
struct Shared {
    added: Arc<Mutex<Vec<Revocation>>>,
    down: Arc<AtomicBool>,
    tells: Arc<AtomicBool>,
    news: Arc<Notify>,
}

impl Shared {
    async fn up(&self) -> Result<(), String> {
        tokio::time::sleep(Duration::from_millis(10)).await;
        if self.down.load(Ordering::Relaxed) {
            Err("the store is down".to_owned())
        } else {
            Ok(())
        }
    }
}

#[async_trait]
impl RevocationStore for Shared {
    async fn add(&self, revocation: &Revocation) -> Result<(), String> {
        self.up().await?;
        let mut added = self.added.lock().expect("no test panics with it");
        added.push(revocation.clone());
        if self.tells.load(Ordering::Relaxed) {
            self.news.notify_waiters();
        }
        Ok(())
    }

    async fn since(&self, cursor: Option<&str>) -> Result<StoredRevocations, String> {
        self.up().await?;
        let from = cursor.map_or(0, |cursor| cursor.parse().expect("our own"));
        let added = self.added.lock().expect("no test panics with it");
        Ok(StoredRevocations {
            revocations: added[from..].to_vec(),
            cursor: Some(added.len().to_string()),
        })
    }

    async fn changed(&self) {
        self.news.notified().await;
    }
}

fn machine(store: &Shared) -> (Revocations, Guarded) {
    let revocations = Revocations::stored(store.clone()).bound(Duration::from_secs(10));
    let app = app(&revocations);
    (revocations, app)
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn what_one_machine_revokes_is_refused_by_all_within_the_bound() {
    let store = Shared::default();
    let ((here, app_here), (_, app_there)) = (machine(&store), machine(&store));
    let token = format!("Bearer {}", good());
    assert_eq!(status(&app_here, &token).await, 200);
    assert_eq!(status(&app_there, &token).await, 200);
    let revoke = || here.revoke(Revocation::credential(ISSUER, "a-token"));
    revoke().await.expect("it is up");
    assert_eq!(status(&app_here, &token).await, 401, "at once");
    tokio::time::sleep(3 * SECOND).await;
    assert_eq!(status(&app_there, &token).await, 401, "when it asks again");
    // One that starts later knows it, too.
    assert_eq!(status(&machine(&store).1, &token).await, 401);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_tells_is_read_at_once() {
    let store = Shared::default();
    store.tells.store(true, Ordering::Relaxed);
    let ((here, _), (_, app_there)) = (machine(&store), machine(&store));
    let token = format!("Bearer {}", good());
    assert_eq!(status(&app_there, &token).await, 200);
    let revoked = Revocation::credential(ISSUER, "a-token");
    here.revoke(revoked).await.expect("it is up");
    tokio::time::sleep(SECOND / 10).await;
    assert_eq!(status(&app_there, &token).await, 401);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_down_is_followed_by_503_and_never_by_a_grant() {
    let store = Shared::default();
    let (here, app) = machine(&store);
    let token = format!("Bearer {}", good());
    let revoked = bearer(&with("jti", r#""revoked""#));
    let revocation = Revocation::credential(ISSUER, "revoked");
    here.revoke(revocation.clone()).await.expect("it is up");
    assert_eq!(status(&app, &token).await, 200);
    store.down.store(true, Ordering::Relaxed);
    let failed = here.revoke(revocation).await.expect_err("it is down");
    assert!(failed.to_string().contains("the store is down"), "{failed}");
    tokio::time::sleep(7 * SECOND).await;
    assert_eq!(status(&app, &token).await, 200, "the bound holds");
    tokio::time::sleep(6 * SECOND).await;
    assert_eq!(status(&app, &token).await, 503);
    assert_eq!(status(&app, &revoked).await, 401, "that is known");
    let login = present(&app, "/login", &token).await;
    assert_eq!((login.status(), login.body.as_str()), (200, "nobody"));
    store.down.store(false, Ordering::Relaxed);
    tokio::time::sleep(3 * SECOND).await;
    assert_eq!(status(&app, &token).await, 200, "it is back");
}

#[tokio::test(start_paused = true)]
async fn an_app_may_start_before_its_store() {
    let store = Shared::default();
    store.down.store(true, Ordering::Relaxed);
    let (here, app) = machine(&store);
    let token = format!("Bearer {}", good());
    let failed = here.warm_up().await.expect_err("it is down");
    assert!(failed.to_string().contains("the store is down"), "{failed}");
    assert_eq!(status(&app, &token).await, 503);
    store.down.store(false, Ordering::Relaxed);
    assert_eq!(
        status(&app, &token).await,
        200,
        "a request waits for the first reading"
    );
    here.warm_up().await.expect("it is up");
}

#[tokio::test]
async fn an_actor_of_another_issuer_with_a_place_of_its_own_is_covered() {
    let revocations = Revocations::in_memory();
    let other = Issuer::new("https://agents.example")
        .audience("notes")
        .hs256(*b"another secret of the tests, thirty-two bytes or more")
        .subject_at(["uid"]);
    let bearer = Bearer::jwt([issuer().home(), other]).revocable(revocations.clone());
    let served = PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .authenticate(bearer);
    let actor = r#"{"iss":"https://agents.example","sub":"pairwise-1","uid":"agent-7"}"#;
    let token = format!("Bearer {}", signed(HEADER, &with_all(&[("act", actor)])));
    assert_eq!(present(&served, "/guarded", &token).await.status(), 200);
    let all = Revocation::subject("https://agents.example", "agent-7");
    revocations.revoke(all).await.expect("memory");
    assert_eq!(present(&served, "/guarded", &token).await.status(), 401);
}
