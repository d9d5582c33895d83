use auth_core::Roles;
use rusqlite::OptionalExtension;

use super::{Store, StoreError};
use crate::{domain::OrgId, vocabulary::Role};

/// What somebody is now.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) org: OrgId,
    pub(crate) role: Option<Role>,
}

impl Store {
    /// The account, unless it is gone or disabled.
    pub(crate) async fn account(&self, subject: &str) -> Result<Option<Account>, StoreError> {
        let subject = subject.to_owned();
        self.run(move |database| {
            let sql = "SELECT org, role FROM accounts WHERE subject = ?1 AND NOT disabled";
            database
                .prepare_cached(sql)?
                .query_one([subject], |row| {
                    let role: String = row.get(1)?;
                    Ok(Account {
                        org: OrgId(row.get(0)?),
                        role: Role::named(&role),
                    })
                })
                .optional()
        })
        .await
    }
}
