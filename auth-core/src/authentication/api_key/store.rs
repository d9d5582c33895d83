use std::{sync::Arc, time::SystemTime};

use async_trait::async_trait;

use super::ApiKeyRecord;
use crate::SubjectKind;

/// Nobody puts keys so often while they are removed; a store that doesn't know yet what it removed finds them for ever.
const MOST_ROUNDS: usize = 100;

/// Where keys are kept, with their times to the millisecond. Errors are words for the log.
#[async_trait]
pub trait ApiKeyStore: Send + Sync + 'static {
    /// Keeps a key that is new.
    ///
    /// # Errors
    ///
    /// Why it may not have been kept.
    async fn put(&self, record: ApiKeyRecord) -> Result<(), String>;

    /// Has a key end at a time, unless it ends sooner, and says how it was before, if there is such a key: in one step, so
    /// that one that is removed meanwhile stays removed, and of two ends the sooner one holds, in whatever order they are
    /// told.
    ///
    /// # Errors
    ///
    /// Why it may not end then.
    async fn end_at(&self, id: &str, at: SystemTime) -> Result<Option<ApiKeyRecord>, String>;

    /// The key of this id.
    ///
    /// # Errors
    ///
    /// Why it can't be found now.
    async fn get(&self, id: &str) -> Result<Option<ApiKeyRecord>, String>;

    /// The keys of one subject: of this issuer, kind and text, since a person and a program may have one text, and
    /// so may people of two issuers.
    ///
    /// # Errors
    ///
    /// Why they can't be found now.
    async fn of_subject(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<Vec<ApiKeyRecord>, String>;

    /// Removes a key; it counts no longer when this returns. One that isn't there is removed already.
    ///
    /// # Errors
    ///
    /// Why it may still be there.
    async fn remove(&self, id: &str) -> Result<(), String>;

    /// Removes all keys of one subject; none of them counts when this returns. Unless said otherwise they are looked up
    /// and removed one by one until there are none: one that was put meanwhile is found the next time.
    ///
    /// # Errors
    ///
    /// Why some may still be there.
    async fn remove_all(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<(), String> {
        for _ in 0..MOST_ROUNDS {
            let found = self.of_subject(issuer, kind, subject).await?;
            if found.is_empty() {
                return Ok(());
            }
            for key in found {
                self.remove(&key.id).await?;
            }
        }
        Err("keys are found however often they are removed".to_owned())
    }

    /// Notes that a key was used, unless a later use is noted already.
    ///
    /// # Errors
    ///
    /// Why that wasn't noted.
    async fn used(&self, id: &str, at: SystemTime) -> Result<(), String>;
}

/// A store that several share.
#[async_trait]
impl<S: ApiKeyStore> ApiKeyStore for Arc<S> {
    async fn put(&self, record: ApiKeyRecord) -> Result<(), String> {
        S::put(self, record).await
    }

    async fn end_at(&self, id: &str, at: SystemTime) -> Result<Option<ApiKeyRecord>, String> {
        S::end_at(self, id, at).await
    }

    async fn get(&self, id: &str) -> Result<Option<ApiKeyRecord>, String> {
        S::get(self, id).await
    }

    async fn of_subject(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<Vec<ApiKeyRecord>, String> {
        S::of_subject(self, issuer, kind, subject).await
    }

    async fn remove(&self, id: &str) -> Result<(), String> {
        S::remove(self, id).await
    }

    async fn remove_all(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<(), String> {
        S::remove_all(self, issuer, kind, subject).await
    }

    async fn used(&self, id: &str, at: SystemTime) -> Result<(), String> {
        S::used(self, id, at).await
    }
}
