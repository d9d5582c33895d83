//! A store that is down makes nobody, and never somebody.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use auth_core::async_trait;
use auth_sessions::{MemoryDirectory, Sessions};
use auth_tests::notes::Role;
use tower_sessions::{
    MemoryStore, SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

use auth_edge_tests::logins::{Browser, app};

/// A store that can be down.
#[derive(Clone, Debug, Default)]
struct Failing {
    store: MemoryStore,
    down: Arc<AtomicBool>,
}

impl Failing {
    fn up(&self) -> Result<()> {
        if self.down.load(Ordering::Relaxed) {
            Err(Error::Backend("the store is down".to_owned()))
        } else {
            Ok(())
        }
    }
}

#[async_trait]
impl SessionStore for Failing {
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.up()?;
        self.store.create(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.up()?;
        self.store.save(record).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        self.up()?;
        self.store.load(id).await
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.up()?;
        self.store.delete(id).await
    }
}

#[tokio::test]
async fn a_store_that_is_down_is_503_or_nobody_where_credentials_are_ignored() {
    let store = Failing::default();
    let sessions = Sessions::new(store.clone(), MemoryDirectory::default()).roles::<Role>();
    let app = app(&sessions);
    let mut browser = Browser::logged_in(&app, "ann").await;
    store.down.store(true, Ordering::Relaxed);
    for path in ["/writes", "/open"] {
        assert_eq!(browser.get(&app, path).await.status(), 503, "{path}");
    }
    assert!(browser.cookie.is_some(), "it may be good: it isn't cleared");
    // It gets as far as to the login, which can't keep it.
    let answer = browser.post(&app, "/login").await;
    assert_eq!(
        (answer.status(), answer.code().as_str()),
        (503, "sessions_unavailable")
    );
    assert!(
        !answer.body.contains("the store is down"),
        "{}",
        answer.body
    );
    store.down.store(false, Ordering::Relaxed);
    assert_eq!(browser.get(&app, "/writes").await.status(), 200);
}

#[tokio::test]
async fn a_record_that_is_not_ours_is_no_session() {
    let store = MemoryStore::default();
    let sessions = Sessions::new(store.clone(), MemoryDirectory::default()).roles::<Role>();
    let app = app(&sessions);
    for data in [
        serde_json::json!({}),
        serde_json::json!({ "auth": 7 }),
        serde_json::json!({ "user": "ann" }),
    ] {
        let mut record = Record {
            id: Id::default(),
            data: serde_json::from_value(data).expect("an object"),
            expiry_date: time::OffsetDateTime::now_utc() + time::Duration::hours(1),
        };
        store.create(&mut record).await.expect("memory");
        let mut browser = Browser {
            cookie: Some(format!("__Host-session={}", record.id)),
        };
        assert_eq!(browser.get(&app, "/writes").await.status(), 401);
        assert_eq!(browser.cookie, None);
    }
}
