use std::{
    fmt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rusqlite_migration::{M, Migrations};
use tokio_rusqlite::Connection;

/// How long a statement waits for another process's write.
const LOCK_WAIT: Duration = Duration::from_secs(2);

const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("migrations/1-tables.sql")),
    M::up(include_str!("migrations/2-demo.sql")),
];

/// The database. Cheap to clone; statements run on a thread of its own.
#[derive(Clone)]
pub struct Store {
    connection: Connection,
    offline: Arc<AtomicBool>,
    new: bool,
}

/// Why the database did not answer.
#[derive(Debug)]
pub enum StoreError {
    /// It is taken offline for maintenance.
    Offline,
    /// It failed.
    Failed(String),
}

impl Store {
    /// Opens a database file, or one in memory, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// A file that can't be opened or is no database, or one that a newer version wrote.
    pub async fn open(file: Option<&Path>) -> Result<Self, StoreError> {
        let connection = match file {
            Some(file) => Connection::open(file).await?,
            None => Connection::open_in_memory().await?,
        };
        let mut store = Self {
            connection,
            offline: Arc::default(),
            new: false,
        };
        store.new = store
            .run(|database| {
                database.busy_timeout(LOCK_WAIT)?;
                database.pragma_update(None, "journal_mode", "wal")?;
                // What was answered with success survives a crash of the machine, too.
                database.pragma_update(None, "synchronous", "full")?;
                database.pragma_update(None, "foreign_keys", true)?;
                let tables: u32 =
                    database
                        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
                let migrated = Migrations::from_slice(MIGRATIONS).to_latest(database);
                Ok(migrated.map(|()| tables == 0))
            })
            .await?
            .map_err(|error| StoreError::Failed(error.to_string()))?;
        Ok(store)
    }

    /// Whether nothing was in it before it was opened.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.new
    }

    /// Takes the database offline for maintenance, or back: while it is, nothing is found out.
    pub fn take_offline(&self, offline: bool) {
        self.offline.store(offline, Ordering::Relaxed);
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        if self.offline.load(Ordering::Relaxed) {
            return Err(StoreError::Offline);
        }
        Ok(self.connection.call(work).await?)
    }
}

impl<E: fmt::Display> From<tokio_rusqlite::Error<E>> for StoreError {
    fn from(error: tokio_rusqlite::Error<E>) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offline => f.write_str("the database is offline for maintenance"),
            Self::Failed(why) => write!(f, "the database failed: {why}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("offline", &self.offline)
            .finish_non_exhaustive()
    }
}
