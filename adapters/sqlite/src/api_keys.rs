use std::{
    fmt,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use auth_core::{
    async_trait,
    authentication::api_key::{ApiKeyRecord, ApiKeyStore},
};
use rusqlite::{OptionalExtension, Row, params};
use tokio_rusqlite::Connection;

use crate::file::{opened, unix_ms, with};

/// API keys in a SQLite file.
pub struct SqliteApiKeys(Connection);

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS auth_api_key (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    record TEXT NOT NULL,
    last_used_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS auth_api_key_subject ON auth_api_key (subject)";

impl SqliteApiKeys {
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
impl ApiKeyStore for SqliteApiKeys {
    async fn put(&self, record: ApiKeyRecord) -> Result<(), String> {
        let text = serde_json::to_string(&record).map_err(|error| error.to_string())?;
        with(&self.0, move |database| {
            database.execute(
                "INSERT INTO auth_api_key (id, subject, record) VALUES (?1, ?2, ?3)
                 ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, record = excluded.record",
                params![record.id, record.stands_for.subject, text],
            )
        })
        .await
        .map(|_| ())
    }

    async fn replace(&self, record: ApiKeyRecord) -> Result<bool, String> {
        let text = serde_json::to_string(&record).map_err(|error| error.to_string())?;
        let changed = with(&self.0, move |database| {
            database.execute(
                "UPDATE auth_api_key SET subject = ?2, record = ?3 WHERE id = ?1",
                params![record.id, record.stands_for.subject, text],
            )
        });
        Ok(changed.await? > 0)
    }

    async fn get(&self, id: &str) -> Result<Option<ApiKeyRecord>, String> {
        let id = id.to_owned();
        let found = with(&self.0, move |database| {
            database
                .prepare_cached("SELECT record, last_used_ms FROM auth_api_key WHERE id = ?1")?
                .query_row([id], stored)
                .optional()
        });
        found.await?.map(read).transpose()
    }

    async fn of_subject(&self, subject: &str) -> Result<Vec<ApiKeyRecord>, String> {
        let subject = subject.to_owned();
        let found = with(&self.0, move |database| {
            database
                .prepare_cached(
                    "SELECT record, last_used_ms FROM auth_api_key WHERE subject = ?1 ORDER BY id",
                )?
                .query_map([subject], stored)?
                .collect::<Result<Vec<_>, _>>()
        });
        found.await?.into_iter().map(read).collect()
    }

    async fn remove(&self, id: &str) -> Result<(), String> {
        let id = id.to_owned();
        with(&self.0, move |database| {
            database.execute("DELETE FROM auth_api_key WHERE id = ?1", [id])
        })
        .await
        .map(|_| ())
    }

    async fn used(&self, id: &str, at: SystemTime) -> Result<(), String> {
        let id = id.to_owned();
        with(&self.0, move |database| {
            database.execute(
                "UPDATE auth_api_key SET last_used_ms = ?2 WHERE id = ?1",
                params![id, unix_ms(at)],
            )
        })
        .await
        .map(|_| ())
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<(String, Option<i64>)> {
    Ok((row.get(0)?, row.get(1)?))
}

/// A use is noted beside the record, which stays as it was put.
fn read((text, last_used_ms): (String, Option<i64>)) -> Result<ApiKeyRecord, String> {
    let mut record: ApiKeyRecord =
        serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let last = last_used_ms.and_then(|ms| u64::try_from(ms).ok());
    record.last_used_at = last.map(|ms| UNIX_EPOCH + Duration::from_millis(ms));
    Ok(record)
}

impl fmt::Debug for SqliteApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqliteApiKeys").finish()
    }
}
