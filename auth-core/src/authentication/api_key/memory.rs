use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use async_trait::async_trait;

use super::{ApiKeyRecord, ApiKeyStore};
use crate::SubjectKind;

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
        match self.all().entry(record.id.clone()) {
            Entry::Occupied(_) => Err("there is a key of this id".to_owned()),
            Entry::Vacant(free) => {
                free.insert(record);
                Ok(())
            }
        }
    }

    async fn end_at(&self, id: &str, at: SystemTime) -> Result<Option<ApiKeyRecord>, String> {
        let mut all = self.all();
        let Some(record) = all.get_mut(id) else {
            return Ok(None);
        };
        let before = record.clone();
        record.expires_at = Some(before.expires_at.map_or(at, |own| own.min(at)));
        Ok(Some(before))
    }

    async fn get(&self, id: &str) -> Result<Option<ApiKeyRecord>, String> {
        Ok(self.all().get(id).cloned())
    }

    async fn of_subject(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<Vec<ApiKeyRecord>, String> {
        let all = self.all();
        let of_subject = all
            .values()
            .filter(|key| key.is_of_subject(issuer, kind, subject));
        Ok(of_subject.cloned().collect())
    }

    async fn remove(&self, id: &str) -> Result<(), String> {
        self.all().remove(id);
        Ok(())
    }

    async fn remove_all(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<(), String> {
        self.all()
            .retain(|_, key| !key.is_of_subject(issuer, kind, subject));
        Ok(())
    }

    async fn used(&self, id: &str, at: SystemTime) -> Result<(), String> {
        if let Some(record) = self.all().get_mut(id) {
            record.last_used_at = record.last_used_at.max(Some(at));
        }
        Ok(())
    }
}
