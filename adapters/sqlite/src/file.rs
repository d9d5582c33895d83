use std::{path::Path, time::Duration};

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
