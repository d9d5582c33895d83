use std::time::{Duration, SystemTime, UNIX_EPOCH};

use auth_core::async_trait;
use serde::{Deserialize, Serialize};

/// Which sessions there are: what makes them listable and endable, and what says that one has not ended.
///
/// A session counts while it is both in the store and in here. Errors are words for the log.
#[async_trait]
pub trait SessionDirectory: Send + Sync + 'static {
    /// Enters a session that has just begun.
    ///
    /// # Errors
    ///
    /// Why it may not have been entered.
    async fn add(&self, entry: SessionEntry) -> Result<(), String>;

    /// The session of this handle, if it hasn't ended.
    ///
    /// # Errors
    ///
    /// Why that can't be told now.
    async fn get(&self, handle: &str) -> Result<Option<SessionEntry>, String>;

    /// Notes that a session was used, if it hasn't ended: never makes one that has begin again.
    ///
    /// # Errors
    ///
    /// Why that wasn't noted.
    async fn seen(&self, handle: &str, at: SystemTime) -> Result<(), String>;

    /// All sessions of a person that haven't ended.
    ///
    /// # Errors
    ///
    /// Why they can't be found now.
    async fn of_subject(&self, issuer: &str, subject: &str) -> Result<Vec<SessionEntry>, String>;

    /// All sessions that came of one session of the issuer's own.
    ///
    /// # Errors
    ///
    /// Why they can't be found now.
    async fn of_provider_session(
        &self,
        issuer: &str,
        id: &str,
    ) -> Result<Vec<SessionEntry>, String>;

    /// Ends a session; it counts no longer when this returns.
    ///
    /// # Errors
    ///
    /// Why it may still count.
    async fn remove(&self, handle: &str) -> Result<(), String>;
}

/// A session, without what it is known by in the cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEntry {
    /// What it is known by to its owner: no secret.
    pub handle: String,
    /// Who vouches for its subject.
    pub issuer: String,
    /// Whose it is: a person's.
    pub subject: String,
    /// The issuer's own session that it came of.
    pub provider_session: Option<String>,
    /// What its owner will know it by.
    pub note: Option<String>,
    /// When it began.
    pub began: SystemTime,
    /// When it was used last, to a minute.
    pub seen: SystemTime,
    /// When it ends whatever happens, and need not be kept any more.
    pub ends: SystemTime,
}

/// What a directory that keeps entries as text does alike, wherever it keeps them.
impl SessionEntry {
    /// The entry as text.
    ///
    /// # Errors
    ///
    /// It can't be written as text.
    pub fn stored(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|error| error.to_string())
    }

    /// An entry that was kept as text, with its last use, which is noted beside it.
    ///
    /// # Errors
    ///
    /// The text is no entry.
    pub fn restored(text: &str, seen_unix_ms: i64) -> Result<Self, String> {
        let mut entry: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let since = Duration::from_millis(u64::try_from(seen_unix_ms).unwrap_or_default());
        entry.seen = entry.seen.max(UNIX_EPOCH + since);
        Ok(entry)
    }
}

/// A time as stores keep it: milliseconds since 1970.
#[must_use]
pub fn unix_ms(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
