use std::{sync::Arc, time::SystemTime};

use async_trait::async_trait;

use super::ApiKeyRecord;

/// Where keys are kept. Errors are words for the log.
#[async_trait]
pub trait ApiKeyStore: Send + Sync + 'static {
    /// Keeps a key that is new, or one of the same id that has changed.
    ///
    /// # Errors
    ///
    /// Why it may not have been kept.
    async fn put(&self, record: ApiKeyRecord) -> Result<(), String>;

    /// Keeps a key that has changed, if it is still there, and says whether it was: in one step, so that a key that
    /// is removed meanwhile stays removed. A store that doesn't say how refuses.
    ///
    /// # Errors
    ///
    /// Why it may not have been kept.
    async fn replace(&self, record: ApiKeyRecord) -> Result<bool, String> {
        let _ = record;
        Err("this store changes no keys: write `ApiKeyStore::replace`".to_owned())
    }

    /// The key of this id.
    ///
    /// # Errors
    ///
    /// Why it can't be found now.
    async fn get(&self, id: &str) -> Result<Option<ApiKeyRecord>, String>;

    /// The keys of this subject.
    ///
    /// # Errors
    ///
    /// Why they can't be found now.
    async fn of_subject(&self, subject: &str) -> Result<Vec<ApiKeyRecord>, String>;

    /// Removes a key; it counts no longer when this returns. One that isn't there is removed already.
    ///
    /// # Errors
    ///
    /// Why it may still be there.
    async fn remove(&self, id: &str) -> Result<(), String>;

    /// Notes that a key was used.
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

    async fn replace(&self, record: ApiKeyRecord) -> Result<bool, String> {
        S::replace(self, record).await
    }

    async fn get(&self, id: &str) -> Result<Option<ApiKeyRecord>, String> {
        S::get(self, id).await
    }

    async fn of_subject(&self, subject: &str) -> Result<Vec<ApiKeyRecord>, String> {
        S::of_subject(self, subject).await
    }

    async fn remove(&self, id: &str) -> Result<(), String> {
        S::remove(self, id).await
    }

    async fn used(&self, id: &str, at: SystemTime) -> Result<(), String> {
        S::used(self, id, at).await
    }
}
