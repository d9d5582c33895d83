use std::time::{Duration, SystemTime};

use auth_core::{
    Authenticator, Challenge, CredentialKind, Enrich, Enriched, Guarded, Identity, Outcome,
    PolicyRouter, Presented, Principal, Revocation, Revocations, async_trait, requires,
    routing::post,
};
use auth_sessions::{
    MemoryDirectory, SessionCookie, SessionDirectory, SessionEntry, Sessions, SessionsUnavailable,
};
use auth_tests::notes::Role;
use axum::extract::State;
use http::{HeaderName, request::Parts};

use auth_edge_tests::logins::{Browser, app, routes, sessions};

#[tokio::test]
async fn a_logout_ends_the_session_here_and_in_every_tab() {
    let app = app(&sessions());
    let mut browser = Browser::logged_in(&app, "ann").await;
    let mut tab = browser.clone();
    let answer = browser.post(&app, "/logout").await;
    assert_eq!((answer.status(), &browser.cookie), (204, &None));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(tab.get(&app, "/writes").await.status(), 401);
    assert_eq!(tab.cookie, None);
    assert_eq!(browser.post(&app, "/logout").await.status(), 401);
}

const PAUSE: Duration = Duration::from_millis(150);

#[tokio::test]
async fn a_session_ends_when_it_is_old_by_what_is_said_now() {
    let before = sessions();
    let mut browser = Browser::logged_in(&app(&before), "ann").await;
    tokio::time::sleep(PAUSE).await;
    assert_eq!(browser.get(&app(&before), "/writes").await.status(), 200);
    // After a restart, or in another app on the same stores.
    let stricter = app(&before.absolute_timeout(PAUSE));
    assert_eq!(browser.get(&stricter, "/writes").await.status(), 401);
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_or_old() {
    let idle = app(&sessions().idle_timeout(2 * PAUSE));
    let mut browser = Browser::logged_in(&idle, "ann").await;
    for _ in 0..4 {
        tokio::time::sleep(PAUSE).await;
        assert_eq!(browser.get(&idle, "/writes").await.status(), 200, "in use");
    }
    tokio::time::sleep(3 * PAUSE).await;
    assert_eq!(browser.get(&idle, "/writes").await.status(), 401, "idle");
    assert_eq!(browser.cookie, None);

    let old = app(&sessions().absolute_timeout(8 * PAUSE));
    let mut browser = Browser::logged_in(&old, "ann").await;
    tokio::time::sleep(PAUSE).await;
    assert_eq!(browser.get(&old, "/writes").await.status(), 200);
    tokio::time::sleep(8 * PAUSE).await;
    assert_eq!(
        browser.get(&old, "/writes").await.status(),
        401,
        "in use, and old"
    );
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_or_all() {
    let sessions = sessions();
    let app = app(&sessions);
    let mut anns = Vec::new();
    for _ in 0..3 {
        anns.push(Browser::logged_in(&app, "ann").await);
    }
    let mut bob = Browser::logged_in(&app, "bob").await;
    let list = async || {
        sessions
            .of_subject("accounts", "ann")
            .await
            .expect("memory")
    };
    let listed = list().await;
    assert_eq!(listed.len(), 3);
    assert_eq!(listed[0].note.as_deref(), Some("a browser"));
    let cookies = format!("{anns:?}");
    assert!(
        listed.iter().all(|entry| !cookies.contains(&entry.handle)),
        "no secret"
    );
    // Nobody ends another's.
    let path = format!("/end/{}", listed[0].handle);
    assert_eq!(bob.post(&app, &path).await.body, "false");
    assert_eq!(list().await.len(), 3);
    assert_eq!(anns[0].post(&app, &path).await.body, "true");
    assert_eq!(list().await.len(), 2);
    let Some(last) = anns.last_mut() else {
        unreachable!()
    };
    let mut others = Browser::logged_in(&app, "ann").await;
    let answer = others.post(&app, "/end-others").await;
    assert_eq!((answer.status(), list().await.len()), (200, 1));
    assert_eq!(last.get(&app, "/writes").await.status(), 401);
    assert_eq!(others.get(&app, "/writes").await.status(), 200);
    sessions.end_all("accounts", "ann").await.expect("memory");
    assert_eq!(others.get(&app, "/writes").await.status(), 401);
    assert_eq!(bob.get(&app, "/writes").await.status(), 200);
    // What the issuer ends, ends here; another issuer's session of that name doesn't.
    for (issuer, status) in [("others", 200), ("accounts", 401)] {
        let ended = sessions.end_provider_session(issuer, "provider-1").await;
        ended.expect("memory");
        assert_eq!(bob.get(&app, "/writes").await.status(), status, "{issuer}");
    }
}

#[tokio::test]
async fn a_session_can_be_revoked_as_any_credential() {
    let (sessions, revocations) = (sessions(), Revocations::in_memory());
    let app = routes(&sessions).authenticate(sessions.clone().revocable(revocations.clone()));
    let mut browser = Browser::logged_in(&app, "ann").await;
    assert_eq!(browser.get(&app, "/writes").await.status(), 200);
    let revoked = revocations.revoke(Revocation::subject("accounts", "ann"));
    revoked.await.expect("memory");
    assert_eq!(browser.get(&app, "/writes").await.status(), 401);
}

#[tokio::test]
async fn a_use_that_is_noted_late_does_not_begin_an_ended_session_again() {
    let directory = MemoryDirectory::default();
    let now = SystemTime::now();
    let entry = SessionEntry {
        handle: "one".to_owned(),
        issuer: "accounts".to_owned(),
        subject: "ann".to_owned(),
        provider_session: None,
        note: None,
        began: now,
        seen: now,
        ends: now + PAUSE,
    };
    directory.add(entry).await.expect("memory");
    directory.remove("one").await.expect("memory");
    directory.seen("one", now).await.expect("memory");
    assert_eq!(directory.get("one").await, Ok(None));
}

/// The app's own accounts: whoever logs in as somebody is another subject here.
struct Accounts;

#[async_trait]
impl Enrich for Accounts {
    async fn enrich(&self, _: Identity) -> Outcome {
        Outcome::known(Identity::person("app", "account-1").roles_are([Role::Writer]))
    }
}

fn enriched(sessions: &Sessions) -> Guarded {
    routes(sessions).authenticate(Enriched::new(sessions.clone(), Accounts))
}

#[tokio::test]
async fn a_session_ends_by_itself_whoever_the_app_says_the_caller_is() {
    let sessions = sessions();
    let app = enriched(&sessions);
    let mut browser = Browser::logged_in(&app, "ann").await;
    let mut stolen = browser.clone();
    assert_eq!(stolen.get(&app, "/open").await.body, "account-1");
    assert_eq!(browser.post(&app, "/logout").await.status(), 204);
    assert_eq!(stolen.get(&app, "/open").await.body, "nobody", "logged out");
    // A login ends the session that it comes with.
    let mut browser = Browser::logged_in(&app, "ann").await;
    let mut fixed = browser.clone();
    assert_eq!(browser.post(&app, "/login").await.status(), 200);
    assert_eq!(fixed.get(&app, "/open").await.body, "nobody", "logged in");
    assert_eq!(browser.get(&app, "/open").await.body, "account-1");
}

#[tokio::test]
async fn ones_other_sessions_end_whoever_the_app_says_the_caller_is() {
    let sessions = sessions();
    let app = enriched(&sessions);
    let mut lost = Browser::logged_in(&app, "ann").await;
    let mut here = Browser::logged_in(&app, "ann").await;
    assert_eq!(lost.get(&app, "/open").await.body, "account-1");
    assert_eq!(here.post(&app, "/end-others").await.status(), 200);
    assert_eq!(lost.get(&app, "/open").await.body, "nobody");
    assert_eq!(here.get(&app, "/open").await.body, "account-1");
}

#[tokio::test]
async fn a_session_is_revoked_whoever_the_app_says_the_caller_is() {
    let (sessions, revocations) = (sessions(), Revocations::in_memory());
    let enriched = Enriched::new(sessions.clone(), Accounts);
    let app = routes(&sessions).authenticate(enriched.revocable(revocations.clone()));
    let mut browser = Browser::logged_in(&app, "ann").await;
    assert_eq!(browser.get(&app, "/writes").await.status(), 200);
    let listed = sessions.of_subject("accounts", "ann").await;
    let handle = listed.expect("memory").remove(0).handle;
    let revoked = revocations.revoke(Revocation::session("app", handle));
    revoked.await.expect("memory");
    assert_eq!(browser.get(&app, "/writes").await.status(), 401);
}

#[tokio::test]
async fn a_session_of_nobody_ends() {
    struct Gone;
    #[async_trait]
    impl Enrich for Gone {
        async fn enrich(&self, _: Identity) -> Outcome {
            Outcome::Nobody
        }
    }
    let sessions = sessions();
    let here = app(&sessions);
    let gone = Enriched::new(sessions.clone(), Gone);
    let elsewhere = routes(&sessions).authenticate(gone.revocable(Revocations::in_memory()));
    let mut browser = Browser::logged_in(&here, "ann").await;
    let mut stolen = browser.clone();
    assert_eq!(stolen.get(&here, "/open").await.body, "ann");
    assert_eq!(browser.get(&elsewhere, "/open").await.body, "nobody");
    assert_eq!(browser.cookie, None, "it is cleared");
    assert_eq!(stolen.get(&here, "/open").await.body, "nobody");
}

/// An authenticator of the app's own, whose credentials state the session of somebody.
struct Token {
    cookies: Sessions,
    states: String,
}

#[async_trait]
impl Authenticator for Token {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        match self.cookies.authenticate(request).await {
            Outcome::Known(identity) => {
                let identity = Identity::person("tokens", identity.subject());
                let kind = CredentialKind::AccessToken;
                Outcome::known(identity.session(self.states.as_str()).credential_kind(kind))
            }
            other => other,
        }
    }

    fn challenge(&self) -> Challenge {
        self.cookies.challenge()
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        Vec::new()
    }

    fn presented(&self, request: &Parts) -> Presented {
        self.cookies.presented(request)
    }
}

#[tokio::test]
async fn a_credential_of_another_kind_ends_no_session_that_it_names() {
    let sessions = sessions();
    let (app, list) = (app(&sessions), sessions.clone());
    let mut ann = Browser::logged_in(&app, "ann").await;
    let handle = list.of_subject("accounts", "ann").await.expect("memory");
    let by_token = routes(&sessions).authenticate(Token {
        cookies: sessions.clone(),
        states: handle[0].handle.clone(),
    });
    let mut bob = Browser::logged_in(&app, "bob").await;
    let answer = bob.post(&by_token, "/logout").await;
    assert_eq!(answer.status(), 503, "none was ended");
    assert!(bob.cookie.is_some(), "it still counts");
    assert_eq!(bob.post(&by_token, "/login").await.status(), 200);
    assert_eq!(ann.get(&app, "/writes").await.status(), 200);
}

#[tokio::test]
async fn a_program_has_no_session() {
    let sessions = sessions();
    let app = routes(&sessions).authenticate(sessions.clone());
    let answer = Browser::default()
        .send(&app, "POST", "/login", &[("x-program", "ann")])
        .await;
    assert_eq!(answer.status(), 503);
    let listed = sessions.of_subject("accounts", "ann").await;
    assert_eq!(listed.expect("memory"), []);
}

#[tokio::test]
async fn who_logs_out_first_ends_their_own_other_sessions_and_nobody_elses() {
    /// Ann's account has the name that bob logs in by.
    struct Renamed;
    #[async_trait]
    impl Enrich for Renamed {
        async fn enrich(&self, identity: Identity) -> Outcome {
            let account = match identity.subject() {
                "ann" => "bob",
                other => other,
            };
            Outcome::known(Identity::person("accounts", account))
        }
    }
    #[requires(authenticated)]
    async fn everywhere(
        sessions: State<Sessions>,
        me: Principal,
    ) -> Result<SessionCookie, SessionsUnavailable> {
        let cookie = sessions.log_out(&me).await?;
        sessions.end_others(&me).await?;
        Ok(cookie)
    }
    let sessions = sessions();
    let plain = app(&sessions);
    let renamed: Guarded = PolicyRouter::new()
        .route("/everywhere", post(everywhere))
        .with_state(sessions.clone())
        .authenticate(Enriched::new(sessions, Renamed));
    let mut here = Browser::logged_in(&plain, "ann").await;
    let mut lost = Browser::logged_in(&plain, "ann").await;
    let mut bob = Browser::logged_in(&plain, "bob").await;
    assert_eq!(here.post(&renamed, "/everywhere").await.status(), 204);
    assert_eq!(lost.get(&plain, "/writes").await.status(), 401);
    assert_eq!(bob.get(&plain, "/writes").await.status(), 200);
}
