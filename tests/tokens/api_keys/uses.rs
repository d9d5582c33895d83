//! When a key was used last is noted beside requests, never on their way.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// A store that notes no use: each is counted, and then fails or hangs.
#[derive(Default)]
struct NotesNothing {
    keys: MemoryApiKeys,
    asked: AtomicUsize,
    hangs: bool,
}

#[async_trait]
impl ApiKeyStore for NotesNothing {
    async fn put(&self, record: ApiKeyRecord) -> Result<(), String> {
        self.keys.put(record).await
    }

    async fn end_at(&self, id: &str, at: SystemTime) -> Result<Option<ApiKeyRecord>, String> {
        self.keys.end_at(id, at).await
    }

    async fn get(&self, id: &str) -> Result<Option<ApiKeyRecord>, String> {
        self.keys.get(id).await
    }

    async fn of_subject(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<Vec<ApiKeyRecord>, String> {
        self.keys.of_subject(issuer, kind, subject).await
    }

    async fn remove(&self, id: &str) -> Result<(), String> {
        self.keys.remove(id).await
    }

    async fn used(&self, _: &str, _: SystemTime) -> Result<(), String> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.hangs {
            std::future::pending::<()>().await;
        }
        Err("down".to_owned())
    }
}

impl NotesNothing {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_requests_are_answered_while_a_use_hangs_and_no_other_write_begins() {
    let store = Arc::new(NotesNothing {
        hangs: true,
        ..NotesNothing::default()
    });
    let keys = keys(Arc::clone(&store));
    let app = routes().authenticate(keys.clone());
    for _ in 0..20 {
        let key = keys.issue(billing()).await.expect("memory");
        for _ in 0..50 {
            assert_eq!(status(&app, key.reveal()).await, 200);
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(store.asked(), 1, "one writes, and the others wait for it");
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert_eq!(
        store.asked(),
        21,
        "one for each key, and one more of the first"
    );
}

#[tokio::test(start_paused = true)]
async fn a_store_that_notes_nothing_is_asked_no_oftener_for_more_requests() {
    let store = Arc::new(NotesNothing::default());
    let keys = keys(Arc::clone(&store));
    let app = routes().authenticate(keys.clone());
    let key = keys.issue(billing()).await.expect("memory");
    for round in 1..=3 {
        for _ in 0..300 {
            assert_eq!(status(&app, key.reveal()).await, 200);
            tokio::task::yield_now().await;
        }
        assert_eq!(store.asked(), round);
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(store.asked(), round, "it rests");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test]
async fn of_the_uses_that_wait_the_latest_is_noted() {
    let store = Arc::new(MemoryApiKeys::default());
    let keys = keys(Arc::clone(&store));
    let app = routes().authenticate(keys.clone());
    let key = keys.issue(billing()).await.expect("memory");
    // The writer has no turn between these: all three wait.
    for _ in 0..2 {
        assert_eq!(status(&app, key.reveal()).await, 200);
    }
    let before_the_last = SystemTime::now();
    assert_eq!(status(&app, key.reveal()).await, 200);
    tokio::task::yield_now().await;
    let kept = store.get(&key.id).await.expect("memory");
    let last = kept.expect("it is there").last_used_at;
    assert!(last.is_some_and(|last| last >= before_the_last), "{last:?}");
}
