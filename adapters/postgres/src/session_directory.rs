use std::{fmt, time::SystemTime};

use auth_core::async_trait;
use auth_sessions::{SessionDirectory, SessionEntry, unix_ms};
use sqlx::{PgPool, Row, postgres::PgRow, query};

/// A directory of sessions in a PostgreSQL database that all machines share.
pub struct PostgresSessionDirectory(PgPool);

const SCHEMA: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS auth_session (
        handle TEXT PRIMARY KEY,
        issuer TEXT NOT NULL,
        subject TEXT NOT NULL,
        provider_session TEXT,
        entry TEXT NOT NULL,
        seen_ms BIGINT NOT NULL,
        ends_ms BIGINT NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS auth_session_subject ON auth_session (issuer, subject)",
    "CREATE INDEX IF NOT EXISTS auth_session_provider ON auth_session (issuer, provider_session)",
];

impl PostgresSessionDirectory {
    /// Takes a pool of the app's own, and makes the table in it.
    ///
    /// # Errors
    ///
    /// The database can't be reached, or the table can't be made.
    pub async fn new(pool: PgPool) -> Result<Self, sqlx::Error> {
        let mut change = pool.begin().await?;
        // Two machines that start at once must not both make it.
        crate::revocations::lock(&mut change).await?;
        for part in SCHEMA {
            query(part).execute(&mut *change).await?;
        }
        change.commit().await?;
        Ok(Self(pool))
    }
}

#[async_trait]
impl SessionDirectory for PostgresSessionDirectory {
    async fn add(&self, entry: SessionEntry) -> Result<(), String> {
        let text = entry.stored()?;
        query("DELETE FROM auth_session WHERE ends_ms <= extract(epoch FROM now()) * 1000")
            .execute(&self.0)
            .await
            .map_err(|error| error.to_string())?;
        let added = query(
            "INSERT INTO auth_session
                (handle, issuer, subject, provider_session, entry, seen_ms, ends_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&entry.handle)
        .bind(&entry.issuer)
        .bind(&entry.subject)
        .bind(&entry.provider_session)
        .bind(text)
        .bind(unix_ms(entry.seen))
        .bind(unix_ms(entry.ends))
        .execute(&self.0);
        done(added.await)
    }

    async fn get(&self, handle: &str) -> Result<Option<SessionEntry>, String> {
        let found = query("SELECT entry, seen_ms FROM auth_session WHERE handle = $1")
            .bind(handle)
            .fetch_optional(&self.0)
            .await
            .map_err(|error| error.to_string())?;
        found.as_ref().map(read).transpose()
    }

    async fn seen(&self, handle: &str, at: SystemTime) -> Result<(), String> {
        let noted =
            query("UPDATE auth_session SET seen_ms = greatest(seen_ms, $2) WHERE handle = $1")
                .bind(handle)
                .bind(unix_ms(at))
                .execute(&self.0);
        done(noted.await)
    }

    async fn of_subject(&self, issuer: &str, subject: &str) -> Result<Vec<SessionEntry>, String> {
        let found =
            query("SELECT entry, seen_ms FROM auth_session WHERE issuer = $1 AND subject = $2")
                .bind(issuer)
                .bind(subject)
                .fetch_all(&self.0)
                .await;
        all(found)
    }

    async fn of_provider_session(
        &self,
        issuer: &str,
        id: &str,
    ) -> Result<Vec<SessionEntry>, String> {
        let found = query(
            "SELECT entry, seen_ms FROM auth_session WHERE issuer = $1 AND provider_session = $2",
        )
        .bind(issuer)
        .bind(id)
        .fetch_all(&self.0)
        .await;
        all(found)
    }

    async fn remove(&self, handle: &str) -> Result<(), String> {
        let removed = query("DELETE FROM auth_session WHERE handle = $1")
            .bind(handle)
            .execute(&self.0);
        done(removed.await)
    }
}

fn done<T>(result: Result<T, sqlx::Error>) -> Result<(), String> {
    result.map(|_| ()).map_err(|error| error.to_string())
}

fn all(found: Result<Vec<PgRow>, sqlx::Error>) -> Result<Vec<SessionEntry>, String> {
    let found = found.map_err(|error| error.to_string())?;
    found.iter().map(read).collect()
}

fn read(row: &PgRow) -> Result<SessionEntry, String> {
    SessionEntry::restored(row.get("entry"), row.get("seen_ms"))
}

impl fmt::Debug for PostgresSessionDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PostgresSessionDirectory").finish()
    }
}
