//! A key that somebody ends while it is rotated: its successor lives on.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use auth_core::{
    SubjectKind, async_trait,
    authentication::{
        StoredIdentity,
        api_key::{ApiKeyRecord, ApiKeyStore, ApiKeys, MemoryApiKeys},
    },
};

/// A store in which somebody else says when a key ends, so much later, as soon as it was looked at.
struct Meanwhile(MemoryApiKeys, Duration);

#[async_trait]
impl ApiKeyStore for Meanwhile {
    async fn put(&self, record: ApiKeyRecord) -> Result<(), String> {
        self.0.put(record).await
    }

    async fn end_at(&self, id: &str, at: SystemTime) -> Result<Option<ApiKeyRecord>, String> {
        self.0.end_at(id, at).await
    }

    async fn get(&self, id: &str) -> Result<Option<ApiKeyRecord>, String> {
        let found = self.0.get(id).await;
        self.0.end_at(id, SystemTime::now() + self.1).await?;
        found
    }

    async fn of_subject(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<Vec<ApiKeyRecord>, String> {
        self.0.of_subject(issuer, kind, subject).await
    }

    async fn remove(&self, id: &str) -> Result<(), String> {
        self.0.remove(id).await
    }

    async fn used(&self, id: &str, at: SystemTime) -> Result<(), String> {
        self.0.used(id, at).await
    }
}

#[tokio::test]
async fn the_successor_of_a_key_ends_when_the_old_one_would() {
    let store = Arc::new(Meanwhile(MemoryApiKeys::default(), Duration::ZERO));
    let keys = ApiKeys::new("notes", Arc::clone(&store));
    let old = keys.issue(StoredIdentity::machine("ci")).await;
    let old = old.expect("memory");
    let Ok(new) = keys.rotate(&old.id, Duration::from_hours(1)).await else {
        return;
    };
    let new = store.0.get(&new.id).await.expect("memory");
    let ends = new.expect("it is there").expires_at;
    assert!(ends.is_some(), "the old one has ended, and this never does");
}

#[tokio::test]
async fn the_successor_of_a_key_ends_when_the_old_one_would_though_that_is_after_the_overlap() {
    let store = Meanwhile(MemoryApiKeys::default(), Duration::from_hours(24));
    let store = Arc::new(store);
    let keys = ApiKeys::new("notes", Arc::clone(&store));
    let old = keys.issue(StoredIdentity::machine("ci")).await;
    let old = old.expect("memory");
    let new = keys.rotate(&old.id, Duration::from_hours(1)).await;
    let new = store.0.get(&new.expect("it is there").id).await;
    let ends = new.expect("memory").and_then(|new| new.expires_at);
    let in_time = SystemTime::now() + Duration::from_hours(25);
    assert!(ends.is_some_and(|ends| ends < in_time), "{ends:?}");
}
