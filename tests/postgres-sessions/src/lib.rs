//! Sessions in the PostgreSQL store that is kept elsewhere: two processes of one app share them.

#![cfg(test)]

use auth_edge_tests::{Postgres, logins::are_shared};
use auth_postgres::PostgresSessionDirectory;
use auth_sessions::{Older, Sessions};
use tower_sessions_sqlx_store::{PostgresStore, sqlx::postgres::PgPoolOptions};

#[tokio::test]
async fn sessions_are_shared() {
    let Some(postgres) = Postgres::start() else {
        return;
    };
    let process = async || {
        let pool = PgPoolOptions::new().connect(&postgres.url()).await;
        let store = PostgresStore::new(pool.expect("it listens"));
        store.migrate().await.expect("its table");
        let pool = sqlx::PgPool::connect(&postgres.url()).await;
        let directory = PostgresSessionDirectory::new(pool.expect("it listens")).await;
        Sessions::new(Older(store), directory.expect("its table"))
    };
    are_shared(process().await, process().await).await;
}
