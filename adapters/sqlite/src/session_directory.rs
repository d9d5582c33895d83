use std::{fmt, path::Path, time::SystemTime};

use auth_core::async_trait;
use auth_sessions::{SessionDirectory, SessionEntry};
use rusqlite::{OptionalExtension, Row, params};
use tokio_rusqlite::Connection;

use crate::file::{opened, unix_ms, with};

/// A directory of sessions in a SQLite file that all processes of one machine share.
pub struct SqliteSessionDirectory(Connection);

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS auth_session (
    handle TEXT PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    provider_session TEXT,
    entry TEXT NOT NULL,
    seen_ms INTEGER NOT NULL,
    ends_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS auth_session_subject ON auth_session (issuer, subject);
CREATE INDEX IF NOT EXISTS auth_session_provider ON auth_session (issuer, provider_session)";

impl SqliteSessionDirectory {
    /// Opens the file, which may be a database of the app's own, and makes the table in it.
    ///
    /// # Errors
    ///
    /// The file can't be opened, or is no database.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, tokio_rusqlite::Error> {
        Ok(Self(opened(path.as_ref(), SCHEMA).await?))
    }

    async fn those(
        &self,
        query: &'static str,
        issuer: &str,
        id: &str,
    ) -> Result<Vec<SessionEntry>, String> {
        let (issuer, id) = (issuer.to_owned(), id.to_owned());
        let found = with(&self.0, move |database| {
            database
                .prepare_cached(query)?
                .query_map([issuer, id], stored)?
                .collect::<Result<Vec<_>, _>>()
        });
        found.await?.into_iter().map(read).collect()
    }
}

#[async_trait]
impl SessionDirectory for SqliteSessionDirectory {
    async fn add(&self, entry: SessionEntry) -> Result<(), String> {
        let text = entry.stored()?;
        with(&self.0, move |database| {
            let change = database.transaction()?;
            change.execute(
                "DELETE FROM auth_session WHERE ends_ms <= unixepoch('subsec') * 1000",
                [],
            )?;
            change.execute(
                "INSERT INTO auth_session
                    (handle, issuer, subject, provider_session, entry, seen_ms, ends_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    entry.handle,
                    entry.issuer,
                    entry.subject,
                    entry.provider_session,
                    text,
                    unix_ms(entry.seen),
                    unix_ms(entry.ends)
                ],
            )?;
            change.commit()
        })
        .await
    }

    async fn get(&self, handle: &str) -> Result<Option<SessionEntry>, String> {
        let handle = handle.to_owned();
        let found = with(&self.0, move |database| {
            database
                .prepare_cached("SELECT entry, seen_ms FROM auth_session WHERE handle = ?1")?
                .query_row([handle], stored)
                .optional()
        });
        found.await?.map(read).transpose()
    }

    async fn seen(&self, handle: &str, at: SystemTime) -> Result<(), String> {
        let handle = handle.to_owned();
        with(&self.0, move |database| {
            database.execute(
                "UPDATE auth_session SET seen_ms = max(seen_ms, ?2) WHERE handle = ?1",
                params![handle, unix_ms(at)],
            )
        })
        .await
        .map(|_| ())
    }

    async fn of_subject(&self, issuer: &str, subject: &str) -> Result<Vec<SessionEntry>, String> {
        let query = "SELECT entry, seen_ms FROM auth_session WHERE issuer = ?1 AND subject = ?2";
        self.those(query, issuer, subject).await
    }

    async fn of_provider_session(
        &self,
        issuer: &str,
        id: &str,
    ) -> Result<Vec<SessionEntry>, String> {
        let query =
            "SELECT entry, seen_ms FROM auth_session WHERE issuer = ?1 AND provider_session = ?2";
        self.those(query, issuer, id).await
    }

    async fn remove(&self, handle: &str) -> Result<(), String> {
        let handle = handle.to_owned();
        with(&self.0, move |database| {
            database.execute("DELETE FROM auth_session WHERE handle = ?1", [handle])
        })
        .await
        .map(|_| ())
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<(String, i64)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn read((text, seen_ms): (String, i64)) -> Result<SessionEntry, String> {
    SessionEntry::restored(&text, seen_ms)
}

impl fmt::Debug for SqliteSessionDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqliteSessionDirectory").finish()
    }
}
