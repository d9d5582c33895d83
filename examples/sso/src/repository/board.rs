use rusqlite::params;
use tokio_rusqlite::{Connection, Error};

/// The notices.
#[derive(Clone, Debug)]
pub(crate) struct Board(Connection);

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) author: String,
    pub(crate) text: String,
}

impl Board {
    pub(crate) fn new(connection: Connection) -> Self {
        Self(connection)
    }

    pub(crate) async fn post(&self, notice: Notice) -> Result<(), Error> {
        let insert = self.0.call(move |database| {
            database.execute(
                "INSERT INTO notice (author, text) VALUES (?1, ?2)",
                params![notice.author, notice.text],
            )
        });
        insert.await.map(drop)
    }

    /// The latest first, fifty at most.
    pub(crate) async fn latest(&self) -> Result<Vec<Notice>, Error> {
        let select = self.0.call(|database| {
            database
                .prepare_cached("SELECT author, text FROM notice ORDER BY id DESC LIMIT 50")?
                .query_map([], |row| {
                    Ok(Notice {
                        author: row.get(0)?,
                        text: row.get(1)?,
                    })
                })?
                .collect()
        });
        select.await
    }
}
