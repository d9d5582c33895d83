use async_trait::async_trait;

use super::Revocation;

/// Where several machines share what is revoked.
///
/// It keeps revocations in the order in which they were added, so that each machine asks only for
/// what it hasn't seen.
#[async_trait]
pub trait RevocationStore: Send + Sync + 'static {
    /// Adds a revocation. When it returns, every later [`since`](RevocationStore::since) finds it.
    ///
    /// # Errors
    ///
    /// Why it may not have been added, for the log.
    async fn add(&self, revocation: &Revocation) -> Result<(), String>;

    /// What was added after `cursor`, a word of this store's own; all that is still remembered without
    /// one.
    ///
    /// # Errors
    ///
    /// Why the store can't be asked now, for the log.
    async fn since(&self, cursor: Option<&str>) -> Result<StoredRevocations, String>;

    /// Returns when something may have been added. It may never, and be wrong: the store is asked from
    /// time to time anyway.
    async fn changed(&self) {
        std::future::pending::<()>().await;
    }
}

/// What a store holds from a cursor on.
#[derive(Clone, Debug, Default)]
pub struct StoredRevocations {
    /// In the order in which they were added.
    pub revocations: Vec<Revocation>,
    /// Where the next reading begins; none: at the beginning.
    pub cursor: Option<String>,
}
