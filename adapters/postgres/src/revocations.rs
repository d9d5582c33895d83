use std::fmt;

use auth_core::{
    Revocation, async_trait,
    authentication::revocation::{RevocationStore, StoredRevocations},
};
use sqlx::{PgPool, query, query_as};

use crate::news::News;

/// Revocations in a PostgreSQL database that all machines share: told to all of them (`NOTIFY`), and
/// read from time to time whether they were told or not.
pub struct PostgresRevocations {
    pool: PgPool,
    news: News,
}

const CHANNEL: &str = "auth_revocation";
/// The lock under which revocations get their numbers, so that a lower one is never seen after a higher.
const NUMBERING: i64 = 0x6175_7468_7265_766f;

impl PostgresRevocations {
    /// Takes a pool of the app's own, and makes the table in it. It keeps one of its connections.
    ///
    /// # Errors
    ///
    /// The database can't be reached, or the table can't be made.
    pub async fn new(pool: PgPool) -> Result<Self, sqlx::Error> {
        let mut change = pool.begin().await?;
        // Two machines that start at once must not both make it.
        lock(&mut change).await?;
        query(
            "CREATE TABLE IF NOT EXISTS auth_revocation (
                seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                until_ms BIGINT NOT NULL,
                revocation TEXT NOT NULL
            )",
        )
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        let news = News::on(pool.clone(), CHANNEL);
        Ok(Self { pool, news })
    }

    async fn insert(&self, until_ms: i64, text: &str) -> Result<(), sqlx::Error> {
        let mut change = self.pool.begin().await?;
        lock(&mut change).await?;
        query("DELETE FROM auth_revocation WHERE until_ms <= extract(epoch FROM now()) * 1000")
            .execute(&mut *change)
            .await?;
        query("INSERT INTO auth_revocation (until_ms, revocation) VALUES ($1, $2)")
            .bind(until_ms)
            .bind(text)
            .execute(&mut *change)
            .await?;
        // It is told when the change is there, and not before.
        query("SELECT pg_notify($1, '')")
            .bind(CHANNEL)
            .execute(&mut *change)
            .await?;
        change.commit().await
    }
}

/// What came after what was read last; all there is, where that isn't there any more.
const SINCE: &str = "SELECT seq, revocation FROM auth_revocation WHERE seq > (
    CASE WHEN EXISTS (SELECT FROM auth_revocation WHERE seq = $1 AND revocation = $2) THEN $1 ELSE 0 END
) ORDER BY seq";

pub(crate) async fn lock(change: &mut sqlx::PgTransaction<'_>) -> Result<(), sqlx::Error> {
    let locked = query("SELECT pg_advisory_xact_lock($1)").bind(NUMBERING);
    locked.execute(&mut **change).await.map(|_| ())
}

#[async_trait]
impl RevocationStore for PostgresRevocations {
    async fn add(&self, revocation: &Revocation) -> Result<(), String> {
        let text = StoredRevocations::text_of(revocation)?;
        let until = revocation.until_unix_ms();
        let added = self.insert(until, &text).await;
        added.map_err(|error| error.to_string())
    }

    async fn since(&self, cursor: Option<&str>) -> Result<StoredRevocations, String> {
        let (seq, text) = StoredRevocations::read_last(cursor)?;
        let rows = query_as(SINCE).bind(seq).bind(text).fetch_all(&self.pool);
        let rows = rows.await.map_err(|error| error.to_string())?;
        StoredRevocations::numbered(&rows, cursor)
    }

    async fn changed(&self) {
        self.news.heard().await;
    }
}

impl fmt::Debug for PostgresRevocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresRevocations")
            .finish_non_exhaustive()
    }
}
