//! A session that seems over while all of somebody's are ended: it isn't ended, and lives on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use auth_core::async_trait;
use auth_sessions::{MemoryDirectory, SessionDirectory, SessionEntry, Sessions};
use auth_tests::notes::Role;
use tower_sessions::MemoryStore;

use auth_edge_tests::logins::{Browser, app, sessions};

const IDLE: Duration = Duration::from_millis(400);

/// A directory that takes its time to note a use, as one on another machine may.
struct Slow(Arc<MemoryDirectory>, Arc<AtomicBool>);

#[async_trait]
impl SessionDirectory for Slow {
    async fn add(&self, entry: SessionEntry) -> Result<(), String> {
        self.0.add(entry).await
    }

    async fn get(&self, handle: &str) -> Result<Option<SessionEntry>, String> {
        self.0.get(handle).await
    }

    async fn seen(&self, handle: &str, at: SystemTime) -> Result<(), String> {
        if self.1.load(Ordering::Relaxed) {
            tokio::time::sleep(IDLE).await;
        }
        self.0.seen(handle, at).await
    }

    async fn of_subject(&self, issuer: &str, subject: &str) -> Result<Vec<SessionEntry>, String> {
        self.0.of_subject(issuer, subject).await
    }

    async fn of_provider_session(
        &self,
        issuer: &str,
        id: &str,
    ) -> Result<Vec<SessionEntry>, String> {
        self.0.of_provider_session(issuer, id).await
    }

    async fn remove(&self, handle: &str) -> Result<(), String> {
        self.0.remove(handle).await
    }
}

/// Its use is noted late: when all sessions end, it seems idle; when the use is noted, it isn't.
#[tokio::test]
async fn all_sessions_end_one_whose_use_is_noted_late_too() {
    let slow = Arc::new(AtomicBool::new(false));
    let directory = Slow(Arc::default(), Arc::clone(&slow));
    let sessions = Sessions::new(MemoryStore::default(), directory)
        .roles::<Role>()
        .idle_timeout(2 * IDLE);
    let served = app(&sessions);
    let mut browser = Browser::logged_in(&served, "ann").await;
    slow.store(true, Ordering::Relaxed);
    tokio::time::sleep(IDLE + Duration::from_millis(250)).await;
    let mut thief = browser.clone();
    let used = async { thief.get(&served, "/writes").await.status() };
    let ended = async {
        tokio::time::sleep(Duration::from_millis(250)).await;
        sessions.end_all("accounts", "ann").await.expect("memory");
    };
    let (used, ()) = tokio::join!(used, ended);
    assert_eq!(used, 200, "it was in use just before");
    assert_eq!(
        browser.get(&served, "/writes").await.status(),
        401,
        "all were ended"
    );
}

/// The same by two clocks, or by two settings: the one who ends all thinks it over, the one who serves doesn't.
#[tokio::test]
async fn all_sessions_end_also_those_that_another_machine_still_takes() {
    let serving = sessions();
    let ending = serving.clone().idle_timeout(Duration::from_millis(100));
    let served = app(&serving);
    let mut browser = Browser::logged_in(&served, "ann").await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    ending.end_all("accounts", "ann").await.expect("memory");
    assert_eq!(
        browser.get(&served, "/writes").await.status(),
        401,
        "all were ended"
    );
}
