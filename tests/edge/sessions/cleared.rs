//! Logouts by a handler that clears the cookie, as many do that were written for another layer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use auth_core::{PolicyRouter, async_trait, public, requires, routing::get};
use auth_sessions::{MemoryDirectory, SessionDirectory, SessionEntry, Sessions};
use auth_tests::notes::Role;
use http::{HeaderName, header::SET_COOKIE};
use tower_sessions::MemoryStore;

use auth_edge_tests::logins::{Browser, routes, sessions};

/// As it was before there was an authentication layer: it knows of its cookie, and of nothing else.
#[requires(authenticated)]
async fn clears_the_cookie() -> ([(HeaderName, &'static str); 1], &'static str) {
    (
        [(SET_COOKIE, "__Host-session=; Max-Age=0; Path=/account")],
        "bye",
    )
}

#[tokio::test]
async fn a_handler_that_clears_the_cookie_logs_out() {
    let sessions = sessions();
    let app = PolicyRouter::new()
        .route("/bye", get(clears_the_cookie))
        .merge(routes(&sessions))
        .authenticate(sessions.clone());
    let browser = Browser::logged_in(&app, "ann").await;
    let mut stolen = browser.clone();
    assert_eq!(stolen.get(&app, "/writes").await.status(), 200);
    let answer = browser.clone().get(&app, "/bye").await;
    let set: Vec<_> = answer.head.headers.get_all(SET_COOKIE).iter().collect();
    assert_eq!(
        set,
        ["__Host-session=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"]
    );
    assert_eq!(
        stolen.get(&app, "/writes").await.status(),
        401,
        "it has ended, for all who have it"
    );
}

/// A directory that can't be asked for a while.
struct Flaky(MemoryDirectory, Arc<AtomicBool>);

#[async_trait]
impl SessionDirectory for Flaky {
    async fn add(&self, entry: SessionEntry) -> Result<(), String> {
        self.0.add(entry).await
    }
    async fn get(&self, handle: &str) -> Result<Option<SessionEntry>, String> {
        if self.1.load(Ordering::Relaxed) {
            return Err("down".to_owned());
        }
        self.0.get(handle).await
    }
    async fn seen(&self, handle: &str, at: SystemTime) -> Result<(), String> {
        self.0.seen(handle, at).await
    }
    async fn of_subject(&self, issuer: &str, subject: &str) -> Result<Vec<SessionEntry>, String> {
        self.0.of_subject(issuer, subject).await
    }
    async fn of_provider_session(&self, i: &str, id: &str) -> Result<Vec<SessionEntry>, String> {
        self.0.of_provider_session(i, id).await
    }
    async fn remove(&self, handle: &str) -> Result<(), String> {
        self.0.remove(handle).await
    }
}

#[public(
    because = "who logs out may be logged out already",
    ignores_credentials
)]
async fn bye() -> [(HeaderName, &'static str); 1] {
    [(SET_COOKIE, "__Host-session=; Path=/; Max-Age=0")]
}

#[requires(authenticated)]
async fn site_data() -> [(HeaderName, &'static str); 1] {
    [(
        HeaderName::from_static("clear-site-data"),
        "\"cache\", \"cookies\", \"storage\"",
    )]
}

#[tokio::test]
async fn a_logout_that_can_end_nothing_is_an_error_where_credentials_are_ignored_too() {
    let down = Arc::new(AtomicBool::new(false));
    let directory = Flaky(MemoryDirectory::default(), Arc::clone(&down));
    let sessions = Sessions::new(MemoryStore::default(), directory).roles::<Role>();
    let app = PolicyRouter::new()
        .route("/bye", get(bye))
        .merge(routes(&sessions))
        .authenticate(sessions.clone());
    let mut browser = Browser::logged_in(&app, "ann").await;
    let mut stolen = browser.clone();
    down.store(true, Ordering::Relaxed);
    assert_eq!(browser.get(&app, "/bye").await.status(), 503);
    assert_eq!(
        Browser::default().get(&app, "/bye").await.status(),
        200,
        "nobody is logged in"
    );
    down.store(false, Ordering::Relaxed);
    assert_eq!(stolen.clone().get(&app, "/bye").await.status(), 200);
    assert_eq!(stolen.get(&app, "/writes").await.status(), 401);
}

#[tokio::test]
async fn a_handler_that_has_all_cookies_cleared_logs_out() {
    let sessions = sessions();
    let app = PolicyRouter::new()
        .route("/bye", get(site_data))
        .merge(routes(&sessions))
        .authenticate(sessions.clone());
    let browser = Browser::logged_in(&app, "ann").await;
    let mut stolen = browser.clone();
    assert_eq!(browser.clone().get(&app, "/bye").await.status(), 200);
    assert_eq!(stolen.get(&app, "/writes").await.status(), 401);
}
