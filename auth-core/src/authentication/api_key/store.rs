use std::{sync::Arc, time::SystemTime};

use async_trait::async_trait;

use super::ApiKeyRecord;
use crate::SubjectKind;

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

    async fn used(&self, id: &str, at: SystemTime) -> Result<(), String> {
        S::used(self, id, at).await
    }
}
