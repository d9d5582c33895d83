//! Sessions in the stores that are kept elsewhere, on real servers: two processes of one app share them.
//! That of PostgreSQL is tried in `tests/postgres-sessions`.

use auth_edge_tests::{Redis, logins::are_shared};
use auth_redis::RedisSessionDirectory;
use auth_sessions::{Older, Sessions};
use auth_sqlite::SqliteSessionDirectory;
use tower_sessions_redis_store::{
    RedisStore,
    fred::prelude::{ClientLike, Config, Pool},
};
use tower_sessions_rusqlite_store::RusqliteStore;

#[tokio::test]
async fn in_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("app.db");
    let process = async || {
        let connection = tokio_rusqlite::Connection::open(&file).await;
        let store = RusqliteStore::new(connection.expect("a database"));
        store.migrate().await.expect("its table");
        let directory = SqliteSessionDirectory::open(&file).await;
        Sessions::new(store, directory.expect("its table"))
    };
    are_shared(process().await, process().await).await;
}

#[tokio::test]
async fn in_redis() {
    let Some(redis) = Redis::start() else {
        return;
    };
    let process = async || {
        let config = Config::from_url(&redis.url()).expect("an address");
        let pool = Pool::new(config, None, None, None, 2).expect("two connections");
        pool.init().await.expect("it listens");
        let client = redis::Client::open(redis.url()).expect("an address");
        let directory = RedisSessionDirectory::connect(client).await;
        Sessions::new(Older(RedisStore::new(pool)), directory.expect("it listens"))
    };
    are_shared(process().await, process().await).await;
}
