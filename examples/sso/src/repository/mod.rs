//! What the noticeboard keeps, in one SQLite file. Nothing in here knows of permissions.

mod board;
mod logins;

use std::{path::Path, time::Duration};

use rusqlite_migration::{M, Migrations};
use tokio_rusqlite::Connection;

pub(crate) use self::{
    board::{Board, Notice},
    logins::{Logins, ProviderLogin},
};

/// How long a statement waits for another process's write.
const LOCK_WAIT: Duration = Duration::from_secs(2);

const MIGRATIONS: &[M<'static>] = &[M::up(include_str!("tables.sql"))];

/// Opens the file, and brings its tables up to date.
pub(crate) async fn open(file: &Path) -> Result<Connection, tokio_rusqlite::Error> {
    let connection = Connection::open(file).await?;
    let ready = connection.call(|database| {
        database.busy_timeout(LOCK_WAIT)?;
        database.pragma_update(None, "journal_mode", "wal")?;
        Migrations::from_slice(MIGRATIONS)
            .to_latest(database)
            .map_err(|error| tokio_rusqlite::rusqlite::Error::ToSqlConversionFailure(error.into()))
    });
    ready.await?;
    Ok(connection)
}
