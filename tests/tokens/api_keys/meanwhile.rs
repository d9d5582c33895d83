//! What others do to a key while it is rotated.

use super::*;

/// A store in which somebody else does something to a key as soon as it was looked at.
struct Meanwhile(MemoryApiKeys, Deed);

#[derive(Clone, Copy)]
enum Deed {
    Remove,
    EndNow,
}

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
        match self.1 {
            Deed::Remove => self.0.remove(id).await?,
            Deed::EndNow => {
                self.0.end_at(id, SystemTime::now()).await?;
            }
        }
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
async fn a_key_that_is_removed_while_it_is_rotated_stays_removed_and_has_no_successor() {
    let keys = keys(Meanwhile(MemoryApiKeys::default(), Deed::Remove));
    let old = keys.issue(billing()).await.expect("memory");
    let rotated = keys.rotate(&old.id, Duration::from_hours(1)).await;
    assert!(rotated.is_err(), "{rotated:?}");
    let left = keys
        .of_subject("api-keys", SubjectKind::Machine, "billing")
        .await;
    let left = left.expect("memory");
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_key_that_is_ended_while_it_is_rotated_gets_no_longer_life() {
    let store = Arc::new(Meanwhile(MemoryApiKeys::default(), Deed::EndNow));
    let keys = keys(Arc::clone(&store));
    let old = keys.issue(billing()).await.expect("memory");
    keys.rotate(&old.id, Duration::from_hours(1))
        .await
        .expect("it is there");
    let kept = store.0.get(&old.id).await.expect("memory");
    let ends = kept.expect("it is there").expires_at;
    assert!(ends.is_some_and(|ends| ends <= SystemTime::now()));
}
