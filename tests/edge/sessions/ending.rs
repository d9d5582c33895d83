use std::time::{Duration, SystemTime};

use auth_core::{
    Authenticator, CredentialKind, Enrich, Enriched, Guarded, Identity, Outcome, Revocation,
    Revocations, async_trait,
};
use auth_sessions::{MemoryDirectory, SessionDirectory, SessionEntry, Sessions};
use auth_tests::notes::Role;

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
struct Accounts {
    keeps_the_session: bool,
}

#[async_trait]
impl Enrich for Accounts {
    async fn enrich(&self, identity: Identity) -> Outcome {
        let account = Identity::person("app", "account-1").roles_are([Role::Writer]);
        let session = identity.session_id().map(str::to_owned);
        Outcome::known(match session {
            Some(session) if self.keeps_the_session => account
                .session(session)
                .credential_kind(CredentialKind::Session),
            _ => account,
        })
    }
}

fn enriched(sessions: &Sessions, keeps_the_session: bool) -> Guarded {
    let accounts = Accounts { keeps_the_session };
    routes(sessions).authenticate(Enriched::new(sessions.clone(), accounts))
}

#[tokio::test]
async fn a_session_ends_by_itself_whoever_the_app_says_the_caller_is() {
    let sessions = sessions();
    let app = enriched(&sessions, true);
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
    let app = enriched(&sessions, true);
    let mut lost = Browser::logged_in(&app, "ann").await;
    let mut here = Browser::logged_in(&app, "ann").await;
    assert_eq!(lost.get(&app, "/open").await.body, "account-1");
    assert_eq!(here.post(&app, "/end-others").await.status(), 200);
    assert_eq!(lost.get(&app, "/open").await.body, "nobody");
    assert_eq!(here.get(&app, "/open").await.body, "account-1");
}

#[tokio::test]
async fn a_logout_that_ended_nothing_does_not_say_that_it_did() {
    let sessions = sessions();
    let app = enriched(&sessions, false);
    let mut browser = Browser::logged_in(&app, "ann").await;
    let answer = browser.post(&app, "/logout").await;
    assert_eq!(answer.status(), 503, "the session is not known any more");
    assert!(browser.cookie.is_some(), "it still counts");
}

#[tokio::test]
async fn a_credential_of_another_kind_ends_no_session_that_it_names() {
    struct Token(String);
    #[async_trait]
    impl Enrich for Token {
        async fn enrich(&self, identity: Identity) -> Outcome {
            let token = CredentialKind::AccessToken;
            Outcome::known(identity.session(self.0.as_str()).credential_kind(token))
        }
    }
    let sessions = sessions();
    let (app, list) = (app(&sessions), sessions.clone());
    let mut ann = Browser::logged_in(&app, "ann").await;
    let handle = list.of_subject("accounts", "ann").await.expect("memory");
    let token = Token(handle[0].handle.clone());
    let by_token = routes(&sessions).authenticate(Enriched::new(sessions.clone(), token));
    let mut bob = Browser::logged_in(&app, "bob").await;
    assert_eq!(bob.post(&by_token, "/logout").await.status(), 503);
    assert_eq!(bob.post(&by_token, "/login").await.status(), 200);
    assert_eq!(ann.get(&app, "/writes").await.status(), 200);
}
