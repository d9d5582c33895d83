//! What the noticeboard keeps, in one SQLite file. Nothing in here knows of permissions.

mod board;
mod logins;

#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt;
use std::{fs::OpenOptions, path::Path, time::Duration};

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
    for_nobody_else(file).map_err(|error| foreign(error.into()))?;
    let connection = Connection::open(file).await?;
    let ready = connection.call(|database| {
        database.busy_timeout(LOCK_WAIT)?;
        database.pragma_update(None, "journal_mode", "wal")?;
        Migrations::from_slice(MIGRATIONS)
            .to_latest(database)
            .map_err(|error| foreign(error.into()))
    });
    ready.await?;
    Ok(connection)
}

/// An error that isn't SQLite's own.
fn foreign(error: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error)
}

/// Makes the file, if it isn't there, as one that no other user of this machine reads: what opens sessions is in it, and
/// refresh tokens. SQLite gives the files beside it the same mode.
fn for_nobody_else(file: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(file).map(drop)
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    #[tokio::test]
    async fn no_other_user_of_the_machine_reads_what_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let _open = super::open(&folder.path().join("sso.db")).await;
        let files = fs::read_dir(folder.path()).expect("the folder");
        let mut seen = 0;
        for file in files {
            let file = file.expect("a file");
            let mode = file.metadata().expect("it is there").permissions().mode();
            assert_eq!(mode & 0o077, 0, "{:?}: {mode:o}", file.file_name());
            seen += 1;
        }
        assert!(seen > 1, "the database, and what is beside it");
    }
}
