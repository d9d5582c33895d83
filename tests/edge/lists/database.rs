//! Ten thousand tasks of a hundred projects of ten portfolios, in SQLite or in PostgreSQL.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use sqlx::{PgPool, Row, postgres::PgPoolOptions};
use tokio_rusqlite::{Connection, rusqlite};

use super::{Project, Task, UserId};

/// Both read this.
const TABLES: &str = "
    CREATE TABLE projects (id BIGINT PRIMARY KEY, portfolio BIGINT NOT NULL);
    CREATE TABLE tasks (id BIGINT PRIMARY KEY, author TEXT NOT NULL, project BIGINT NOT NULL);
    CREATE TABLE relations (
        kind TEXT NOT NULL, id BIGINT NOT NULL, person TEXT NOT NULL, relation TEXT NOT NULL,
        PRIMARY KEY (kind, person, id, relation)
    );
    CREATE TABLE holds (task BIGINT PRIMARY KEY);
    INSERT INTO relations VALUES
        ('project', 1, 'ann', 'viewer'), ('project', 2, 'ann', 'unheard-of'),
        ('project', 3, 'bob', 'viewer'), ('portfolio', 4, 'ann', 'manager');
";

const NUMBERS: &str = "
    WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 9999)
";

/// A database that counts the queries it is asked. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Database {
    connection: Kind,
    queries: Arc<AtomicUsize>,
}

#[derive(Clone)]
enum Kind {
    Sqlite(Connection),
    Postgres(PgPool),
}

impl Database {
    pub(crate) async fn sqlite() -> Self {
        let connection = Connection::open_in_memory().await.expect("a database");
        let fill = fill();
        let filled = connection.call(move |database| database.execute_batch(&fill));
        filled.await.expect("its tables");
        Self {
            connection: Kind::Sqlite(connection),
            queries: Arc::default(),
        }
    }

    pub(crate) async fn postgres(url: &str) -> Self {
        let pool = PgPoolOptions::new()
            .connect(url)
            .await
            .expect("a connection");
        sqlx::raw_sql(sqlx::AssertSqlSafe(fill()))
            .execute(&pool)
            .await
            .expect("its tables");
        Self {
            connection: Kind::Postgres(pool),
            queries: Arc::default(),
        }
    }

    /// How many queries there were.
    pub(crate) fn queries(&self) -> usize {
        self.queries.load(Ordering::Relaxed)
    }

    pub(crate) async fn tasks(&self) -> Result<Vec<Task>, String> {
        let rows = self.ask(
            "SELECT id, project, author FROM tasks ORDER BY id",
            Vec::new(),
            String::new(),
        );
        let task = |(id, project, author)| Task {
            id,
            project,
            author: UserId(author),
        };
        Ok(rows.await?.into_iter().map(task).collect())
    }

    pub(crate) async fn projects(&self, ids: &[i64]) -> Result<Vec<Project>, String> {
        let sql = match self.connection {
            Kind::Sqlite(_) => {
                "SELECT id, portfolio, ?2 FROM projects WHERE id IN (SELECT value FROM json_each(?1))"
            }
            Kind::Postgres(_) => "SELECT id, portfolio, $2 FROM projects WHERE id = ANY($1)",
        };
        let rows = self.ask(sql, ids.to_vec(), String::new()).await?;
        Ok(rows
            .into_iter()
            .map(|(id, portfolio, _)| Project { id, portfolio })
            .collect())
    }

    pub(crate) async fn relations(
        &self,
        kind: &'static str,
        person: &str,
        ids: &[i64],
    ) -> Result<Vec<(i64, String)>, String> {
        let sql = match (&self.connection, kind) {
            (Kind::Sqlite(_), "project") => {
                "SELECT id, 0, relation FROM relations WHERE kind = 'project' AND person = ?2 AND id IN (SELECT value FROM json_each(?1))"
            }
            (Kind::Sqlite(_), _) => {
                "SELECT id, 0, relation FROM relations WHERE kind = 'portfolio' AND person = ?2 AND id IN (SELECT value FROM json_each(?1))"
            }
            (Kind::Postgres(_), "project") => {
                "SELECT id, 0::bigint, relation FROM relations WHERE kind = 'project' AND person = $2 AND id = ANY($1)"
            }
            (Kind::Postgres(_), _) => {
                "SELECT id, 0::bigint, relation FROM relations WHERE kind = 'portfolio' AND person = $2 AND id = ANY($1)"
            }
        };
        let rows = self.ask(sql, ids.to_vec(), person.to_owned()).await?;
        Ok(rows
            .into_iter()
            .map(|(id, _, relation)| (id, relation))
            .collect())
    }

    /// Which of the tasks somebody else works on.
    pub(crate) async fn on_hold(&self, tasks: &[i64]) -> Result<HashSet<i64>, String> {
        let sql = match self.connection {
            Kind::Sqlite(_) => {
                "SELECT task, 0, ?2 FROM holds WHERE task IN (SELECT value FROM json_each(?1))"
            }
            Kind::Postgres(_) => "SELECT task, 0::bigint, $2 FROM holds WHERE task = ANY($1)",
        };
        let rows = self.ask(sql, tasks.to_vec(), String::new()).await?;
        Ok(rows.into_iter().map(|(task, _, _)| task).collect())
    }

    /// Every query passes here.
    async fn ask(
        &self,
        sql: &'static str,
        ids: Vec<i64>,
        person: String,
    ) -> Result<Vec<(i64, i64, String)>, String> {
        self.queries.fetch_add(1, Ordering::Relaxed);
        let takes = sql.contains("?1") || sql.contains("$1");
        match &self.connection {
            Kind::Sqlite(connection) => {
                let ids = serde_json::to_string(&ids).map_err(|error| error.to_string())?;
                let rows = connection.call(move |database| {
                    let mut statement = database.prepare_cached(sql)?;
                    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
                    let rows: rusqlite::Result<Vec<_>> = if takes {
                        statement.query_map((ids, person), row)?.collect()
                    } else {
                        statement.query_map((), row)?.collect()
                    };
                    rows
                });
                rows.await.map_err(|error| error.to_string())
            }
            Kind::Postgres(pool) => {
                let query = sqlx::query(sql);
                let query = if takes {
                    query.bind(ids).bind(person)
                } else {
                    query
                };
                let rows = query
                    .fetch_all(pool)
                    .await
                    .map_err(|error| error.to_string())?;
                Ok(rows
                    .iter()
                    .map(|row| (row.get(0), row.get(1), row.get(2)))
                    .collect())
            }
        }
    }
}

fn fill() -> String {
    format!(
        "{TABLES}
        {NUMBERS} INSERT INTO projects SELECT n, n / 10 FROM numbers WHERE n < 100;
        {NUMBERS} INSERT INTO tasks
            SELECT n, CASE WHEN n % 9 = 0 THEN 'ann' ELSE 'dan' END, n % 100 FROM numbers;
        {NUMBERS} INSERT INTO holds SELECT n FROM numbers WHERE n % 27 = 0;"
    )
}
