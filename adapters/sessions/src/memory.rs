use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use auth_core::async_trait;

use crate::{SessionDirectory, SessionEntry};

/// A directory in this process alone.
#[derive(Debug, Default)]
pub struct MemoryDirectory(Mutex<HashMap<String, SessionEntry>>);

impl MemoryDirectory {
    fn all(&self) -> MutexGuard<'_, HashMap<String, SessionEntry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn those(&self, which: impl Fn(&SessionEntry) -> bool) -> Vec<SessionEntry> {
        let all = self.all();
        all.values().filter(|entry| which(entry)).cloned().collect()
    }
}

#[async_trait]
impl SessionDirectory for MemoryDirectory {
    async fn add(&self, entry: SessionEntry) -> Result<(), String> {
        let mut all = self.all();
        all.retain(|_, held| held.ends > entry.began);
        all.insert(entry.handle.clone(), entry);
        Ok(())
    }

    async fn get(&self, handle: &str) -> Result<Option<SessionEntry>, String> {
        Ok(self.all().get(handle).cloned())
    }

    async fn seen(&self, handle: &str, at: SystemTime) -> Result<(), String> {
        if let Some(entry) = self.all().get_mut(handle) {
            entry.seen = at.max(entry.seen);
        }
        Ok(())
    }

    async fn of_subject(&self, issuer: &str, subject: &str) -> Result<Vec<SessionEntry>, String> {
        Ok(self.those(|entry| entry.issuer == issuer && entry.subject == subject))
    }

    async fn of_provider_session(
        &self,
        issuer: &str,
        id: &str,
    ) -> Result<Vec<SessionEntry>, String> {
        let theirs = |entry: &SessionEntry| entry.provider_session.as_deref() == Some(id);
        Ok(self.those(|entry| entry.issuer == issuer && theirs(entry)))
    }

    async fn remove(&self, handle: &str) -> Result<(), String> {
        self.all().remove(handle);
        Ok(())
    }
}
