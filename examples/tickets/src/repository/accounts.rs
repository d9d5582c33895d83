use auth_core::Roles;
use rusqlite::OptionalExtension;

use super::{Store, StoreError};
use crate::vocabulary::Role;

/// What somebody is now, in one organisation.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) role: Option<Role>,
}

impl Store {
    /// The account in this organisation, unless it is gone or disabled there.
    pub(crate) async fn account(
        &self,
        subject: &str,
        org: &str,
    ) -> Result<Option<Account>, StoreError> {
        let (subject, org) = (subject.to_owned(), org.to_owned());
        self.run(move |database| {
            let sql = "SELECT role FROM accounts WHERE subject = ?1 AND org = ?2 AND NOT disabled";
            database
                .prepare_cached(sql)?
                .query_one([subject, org], |row| {
                    let role: String = row.get(0)?;
                    Ok(Account {
                        role: Role::named(&role),
                    })
                })
                .optional()
        })
        .await
    }
}
