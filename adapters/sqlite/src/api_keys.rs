use std::{
    fmt,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use auth_core::{
    SubjectKind, async_trait,
    authentication::api_key::{ApiKeyRecord, ApiKeyStore},
};
use rusqlite::{OptionalExtension, Row, TransactionBehavior, params};
use tokio_rusqlite::Connection;

use crate::file::{opened, unix_ms, with};

/// API keys in a SQLite file.
///
/// What a request asks is read on a connection of its own: no request waits for what is written, though that wait for
/// another process.
pub struct SqliteApiKeys {
    reads: Connection,
    writes: Connection,
}

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS auth_api_key (
    id TEXT PRIMARY KEY,
    issuer TEXT NOT NULL,
    person INTEGER NOT NULL,
    subject TEXT NOT NULL,
    record TEXT NOT NULL,
    ends_ms INTEGER,
    last_used_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS auth_api_key_subject ON auth_api_key (issuer, person, subject)";

impl SqliteApiKeys {
    /// Opens the file, which may be a database of the app's own, and makes the table in it.
    ///
    /// # Errors
    ///
    /// The file can't be opened, or is no database, or is none that two connections share, as `:memory:`.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, tokio_rusqlite::Error> {
        let path = path.as_ref();
        let writes = opened(path, SCHEMA).await?;
        let shared =
            writes.call(|database| Ok(database.path().is_some_and(|path| !path.is_empty())));
        if !shared.await? {
            return Err(rusqlite::Error::InvalidPath(path.to_owned()).into());
        }
        let reads = opened(path, SCHEMA).await?;
        Ok(Self { reads, writes })
    }
}

#[async_trait]
impl ApiKeyStore for SqliteApiKeys {
    async fn put(&self, record: ApiKeyRecord) -> Result<(), String> {
        let text = serde_json::to_string(&record).map_err(|error| error.to_string())?;
        with(&self.writes, move |database| {
            let whose = record.stands_for;
            database.execute(
                "INSERT INTO auth_api_key (id, issuer, person, subject, record) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![record.id, record.issuer, whose.person, whose.subject, text],
            )
        })
        .await
        .map(|_| ())
    }

    async fn end_at(&self, id: &str, at: SystemTime) -> Result<Option<ApiKeyRecord>, String> {
        let id = id.to_owned();
        let before = with(&self.writes, move |database| {
            let change = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let before = change
                .prepare_cached(BY_ID)?
                .query_row([&id], stored)
                .optional()?;
            change.execute(
                "UPDATE auth_api_key SET ends_ms = min(ifnull(ends_ms, ?2), ?2) WHERE id = ?1",
                params![id, unix_ms(at)],
            )?;
            change.commit()?;
            Ok(before)
        });
        before.await?.map(read).transpose()
    }

    async fn get(&self, id: &str) -> Result<Option<ApiKeyRecord>, String> {
        let id = id.to_owned();
        let found = with(&self.reads, move |database| {
            database
                .prepare_cached(BY_ID)?
                .query_row([id], stored)
                .optional()
        });
        found.await?.map(read).transpose()
    }

    async fn of_subject(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<Vec<ApiKeyRecord>, String> {
        let (issuer, subject) = (issuer.to_owned(), subject.to_owned());
        let found = with(&self.reads, move |database| {
            database
                .prepare_cached(
                    "SELECT record, ends_ms, last_used_ms FROM auth_api_key
                     WHERE issuer = ?1 AND person = ?2 AND subject = ?3 ORDER BY id",
                )?
                .query_map(
                    params![issuer, kind == SubjectKind::Person, subject],
                    stored,
                )?
                .collect::<Result<Vec<_>, _>>()
        });
        found.await?.into_iter().map(read).collect()
    }

    async fn remove(&self, id: &str) -> Result<(), String> {
        let id = id.to_owned();
        with(&self.writes, move |database| {
            database.execute("DELETE FROM auth_api_key WHERE id = ?1", [id])
        })
        .await
        .map(|_| ())
    }

    async fn remove_all(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<(), String> {
        let (issuer, subject) = (issuer.to_owned(), subject.to_owned());
        with(&self.writes, move |database| {
            database.execute(
                "DELETE FROM auth_api_key WHERE issuer = ?1 AND person = ?2 AND subject = ?3",
                params![issuer, kind == SubjectKind::Person, subject],
            )
        })
        .await
        .map(|_| ())
    }

    async fn used(&self, id: &str, at: SystemTime) -> Result<(), String> {
        let id = id.to_owned();
        with(&self.writes, move |database| {
            database.execute(
                "UPDATE auth_api_key SET last_used_ms = max(ifnull(last_used_ms, ?2), ?2) WHERE id = ?1",
                params![id, unix_ms(at)],
            )
        })
        .await
        .map(|_| ())
    }
}

const BY_ID: &str = "SELECT record, ends_ms, last_used_ms FROM auth_api_key WHERE id = ?1";

/// A row: the record as it was put, and beside it what may change.
type Stored = (String, Option<i64>, Option<i64>);

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn read((text, ends_ms, last_used_ms): Stored) -> Result<ApiKeyRecord, String> {
    let mut record: ApiKeyRecord =
        serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let ends = [record.expires_at, ends_ms.and_then(time)];
    record.expires_at = ends.into_iter().flatten().min();
    record.last_used_at = last_used_ms.and_then(time);
    Ok(record)
}

fn time(unix_ms: i64) -> Option<SystemTime> {
    let since = Duration::from_millis(u64::try_from(unix_ms).ok()?);
    UNIX_EPOCH.checked_add(since)
}

impl fmt::Debug for SqliteApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteApiKeys").finish_non_exhaustive()
    }
}
