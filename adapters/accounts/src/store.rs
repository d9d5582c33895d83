use std::fmt;

use auth_core::{StoredIdentity, async_trait};
use serde::{Deserialize, Serialize};

/// An account as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What its owner logs in with, in lower case.
    pub name: String,
    /// The password's hash, in the format that says how it was made (PHC).
    pub password_hash: String,
    /// Who its owner is.
    pub stands_for: StoredIdentity,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("name", &self.name)
            .field("stands_for", &self.stands_for)
            .finish_non_exhaustive()
    }
}

/// Where accounts are kept. Errors are words for the log.
#[async_trait]
pub trait AccountStore: Send + Sync + 'static {
    /// Adds an account, unless there is one of its name: says whether it did.
    ///
    /// # Errors
    ///
    /// Why it may not have been added.
    async fn add(&self, account: Account) -> Result<bool, String>;

    /// The account of this name, as it is now: what was written before is seen.
    ///
    /// # Errors
    ///
    /// Why it can't be found now.
    async fn get(&self, name: &str) -> Result<Option<Account>, String>;

    /// Replaces an account's password hash, if it is still the one that was, in one step: says whether it did.
    ///
    /// # Errors
    ///
    /// Why it may not have been replaced.
    async fn replace_hash(&self, name: &str, was: &str, with: String) -> Result<bool, String>;
}
