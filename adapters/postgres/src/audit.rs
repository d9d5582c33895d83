use std::fmt;

use auth_core::{AuditEvent, AuditSink, async_trait};
use sqlx::{PgPool, query};

/// An audit trail's events in a PostgreSQL table, a row each: `auth_audit (seq, at, event)`.
///
/// An event is the JSON of `docs/audit-event.schema.json`, as text that PostgreSQL can look into
/// (`event ->> 'code'`). Rows are added and never changed: give the app's role no right to `UPDATE` or
/// `DELETE` on the table.
pub struct PostgresAudit(PgPool);

/// The end of the year 9999. PostgreSQL refuses what is much later, and all that is written beside it; the event itself
/// says what the app's clock said.
const LATEST_MS: i64 = 253_402_300_799_999;

impl PostgresAudit {
    /// Takes a pool of the app's own, and makes the table in it.
    ///
    /// # Errors
    ///
    /// The database can't be reached, or the table can't be made.
    pub async fn new(pool: PgPool) -> Result<Self, sqlx::Error> {
        let mut change = pool.begin().await?;
        // Two machines that start at once must not both make it.
        crate::revocations::lock(&mut change).await?;
        // `JSON` keeps what a client wrote to the letter, a NUL too, where `JSONB` refuses it.
        let made = query(
            "CREATE TABLE IF NOT EXISTS auth_audit (
                seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                at TIMESTAMPTZ NOT NULL,
                event JSON NOT NULL
            )",
        );
        made.execute(&mut *change).await?;
        change.commit().await?;
        Ok(Self(pool))
    }
}

#[async_trait]
impl AuditSink for PostgresAudit {
    async fn write(&self, events: &[AuditEvent]) -> Result<(), String> {
        let texts: Result<Vec<_>, _> = events.iter().map(serde_json::to_string).collect();
        let texts = texts.map_err(|error| error.to_string())?;
        let at = events
            .iter()
            .map(|event| i64::try_from(event.unix_ms).map_or(LATEST_MS, |at| at.min(LATEST_MS)));
        let inserted = query(
            "INSERT INTO auth_audit (at, event)
             SELECT to_timestamp(at / 1000.0), event::json
             FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS kept (at, event, place)
             ORDER BY place",
        )
        .bind(at.collect::<Vec<_>>())
        .bind(texts)
        .execute(&self.0)
        .await;
        inserted.map(drop).map_err(|error| error.to_string())
    }
}

impl fmt::Debug for PostgresAudit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresAudit")
    }
}
