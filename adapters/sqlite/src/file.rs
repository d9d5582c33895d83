use std::{
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio_rusqlite::{Connection, Error};

/// How long a process waits for another one that writes.
const BUSY: Duration = Duration::from_secs(4);

/// Opens a file, which may be a database of the app's own, and makes what isn't in it.
pub(crate) async fn opened(path: &Path, schema: &'static str) -> Result<Connection, Error> {
    let connection = Connection::open(path).await?;
    connection
        .call(move |database| {
            database.busy_timeout(BUSY)?;
            database.pragma_update(None, "journal_mode", "wal")?;
            database.execute_batch(schema)
        })
        .await?;
    Ok(connection)
}

/// Works on the database; what goes wrong becomes words for the log.
pub(crate) async fn with<T: Send + 'static>(
    connection: &Connection,
    work: impl FnOnce(&mut rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
) -> Result<T, String> {
    let done = connection.call(work).await;
    done.map_err(|error| error.to_string())
}

pub(crate) fn unix_ms(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
