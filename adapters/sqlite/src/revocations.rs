use std::{fmt, path::Path};

use auth_core::{
    Revocation, async_trait,
    authentication::revocation::{RevocationStore, StoredRevocations},
};
use rusqlite::params;
use tokio_rusqlite::Connection;

use crate::file::{opened, with};

/// Revocations in a SQLite file that all processes of one machine share.
///
/// They are read from time to time, as [`Revocations::bound`](auth_core::Revocations::bound) says: SQLite
/// tells nobody of what another process writes.
pub struct SqliteRevocations(Connection);

// A number once given is never given again, so that a cursor never passes one by.
const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS auth_revocation (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    until_ms INTEGER NOT NULL,
    revocation TEXT NOT NULL
) STRICT";

impl SqliteRevocations {
    /// Opens the file, which may be a database of the app's own, and makes the table in it.
    ///
    /// # Errors
    ///
    /// The file can't be opened, or is no database.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, tokio_rusqlite::Error> {
        Ok(Self(opened(path.as_ref(), SCHEMA).await?))
    }
}

#[async_trait]
impl RevocationStore for SqliteRevocations {
    async fn add(&self, revocation: &Revocation) -> Result<(), String> {
        let until = revocation.until_unix_ms();
        let text = StoredRevocations::text_of(revocation)?;
        with(&self.0, move |database| {
            let change = database.transaction()?;
            change.execute(
                "DELETE FROM auth_revocation WHERE until_ms <= unixepoch('subsec') * 1000",
                [],
            )?;
            change.execute(
                "INSERT INTO auth_revocation (until_ms, revocation) VALUES (?1, ?2)",
                params![until, text],
            )?;
            change.commit()
        })
        .await
    }

    async fn since(&self, cursor: Option<&str>) -> Result<StoredRevocations, String> {
        let (seq, text) = StoredRevocations::read_last(cursor)?;
        let text = text.to_owned();
        let rows = with(&self.0, move |database| {
            let mut rows = database.prepare_cached(SINCE)?;
            let rows = rows.query_map(params![seq, text], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
            })?;
            rows.collect::<Result<Vec<_>, _>>()
        });
        StoredRevocations::numbered(&rows.await?, cursor)
    }
}

/// What came after what was read last; all there is, where that isn't there any more.
const SINCE: &str = "SELECT seq, revocation FROM auth_revocation WHERE seq > iif(
    EXISTS (SELECT 1 FROM auth_revocation WHERE seq = ?1 AND revocation = ?2), ?1, 0
) ORDER BY seq";

impl fmt::Debug for SqliteRevocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqliteRevocations").finish()
    }
}
