use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use auth_core::async_trait;

use crate::{Account, AccountStore};

/// Accounts in this process alone, gone with it.
#[derive(Debug, Default)]
pub struct MemoryAccounts(Mutex<HashMap<String, Account>>);

impl MemoryAccounts {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Account>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl AccountStore for MemoryAccounts {
    async fn add(&self, account: Account) -> Result<bool, String> {
        let mut all = self.all();
        let is_new = !all.contains_key(&account.name);
        if is_new {
            all.insert(account.name.clone(), account);
        }
        Ok(is_new)
    }

    async fn get(&self, name: &str) -> Result<Option<Account>, String> {
        Ok(self.all().get(name).cloned())
    }

    async fn replace_hash(&self, name: &str, was: &str, with: String) -> Result<bool, String> {
        match self.all().get_mut(name) {
            Some(account) if account.password_hash == was => {
                account.password_hash = with;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}
