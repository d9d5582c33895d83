use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use async_trait::async_trait;

use super::{ApiKeyRecord, ApiKeyStore};

/// Keys in this process alone, gone with it: for tests and examples.
#[derive(Debug, Default)]
pub struct MemoryApiKeys(Mutex<HashMap<String, ApiKeyRecord>>);

impl MemoryApiKeys {
    fn all(&self) -> MutexGuard<'_, HashMap<String, ApiKeyRecord>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ApiKeyStore for MemoryApiKeys {
    async fn put(&self, record: ApiKeyRecord) -> Result<(), String> {
        self.all().insert(record.id.clone(), record);
        Ok(())
    }

    async fn replace(&self, record: ApiKeyRecord) -> Result<bool, String> {
        let mut all = self.all();
        let held = all.get_mut(&record.id);
        Ok(held.map(|held| *held = record).is_some())
    }

    async fn get(&self, id: &str) -> Result<Option<ApiKeyRecord>, String> {
        Ok(self.all().get(id).cloned())
    }

    async fn of_subject(&self, subject: &str) -> Result<Vec<ApiKeyRecord>, String> {
        let all = self.all();
        let of_subject = all
            .values()
            .filter(|record| record.stands_for.subject == subject);
        Ok(of_subject.cloned().collect())
    }

    async fn remove(&self, id: &str) -> Result<(), String> {
        self.all().remove(id);
        Ok(())
    }

    async fn used(&self, id: &str, at: SystemTime) -> Result<(), String> {
        if let Some(record) = self.all().get_mut(id) {
            record.last_used_at = Some(at);
        }
        Ok(())
    }
}
