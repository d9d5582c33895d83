//! Each store of revocations does what the framework expects of one.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use auth_core::{
    Revocation, async_trait,
    authentication::revocation::{RevocationStore, StoredRevocations},
};
use auth_edge_tests::{Postgres, Redis};
use auth_postgres::PostgresRevocations;
use auth_redis::RedisRevocations;
use auth_sqlite::SqliteRevocations;
use futures_util::future::join_all;
use sqlx::postgres::PgPoolOptions;
use tokio::time::timeout;

type Store = Arc<dyn RevocationStore>;

fn revoked(id: &str) -> Revocation {
    Revocation::credential("https://id.example", id)
}

async fn since(store: &Store, cursor: Option<&str>) -> StoredRevocations {
    store.since(cursor).await.expect("it is up")
}

/// Two machines on one store, which is empty.
async fn behaves(one: Store, other: Store) {
    let empty = since(&one, None).await;
    assert_eq!(empty.revocations, []);
    let first = [
        revoked("one"),
        Revocation::session("https://id.example", "a \"session\"\n"),
        Revocation::subject("https://id.example", "ann"),
        Revocation::issuer("https://other.example"),
    ];
    for revocation in &first {
        one.add(revocation).await.expect("it is up");
    }
    // Whole, in order, on the machine that added them and on the other.
    for store in [&one, &other] {
        assert_eq!(since(store, None).await.revocations, first);
        let cursor = empty.cursor.as_deref();
        assert_eq!(since(store, cursor).await.revocations, first);
    }
    let cursor = since(&other, None).await.cursor;
    assert_eq!(since(&other, cursor.as_deref()).await.revocations, []);
    let two = revoked("two");
    one.add(&two).await.expect("it is up");
    let more = since(&other, cursor.as_deref()).await;
    assert_eq!(more.revocations, [two]);
    nothing_is_passed_by(&one, &other, more.cursor).await;
    // What has ended is thrown out, a minute later; what has not stays.
    let ended = SystemTime::now() - Duration::from_secs(61);
    one.add(&revoked("ended").until(ended))
        .await
        .expect("it is up");
    one.add(&revoked("last")).await.expect("it is up");
    let all = since(&other, None).await.revocations;
    let has = |id: &str| {
        let text = format!("{all:?}");
        text.contains(&format!("Credential(\"{id}\")"))
    };
    assert!(has("one") && has("last") && !has("ended"));
}

/// Many add at once while one reads on and on: it sees each of them once.
async fn nothing_is_passed_by(one: &Store, other: &Store, mut cursor: Option<String>) {
    let adding = (0..10).map(|writer| {
        let store = Arc::clone(if writer % 2 == 0 { one } else { other });
        tokio::spawn(async move {
            for number in 0..20 {
                let revocation = revoked(&format!("{writer}-{number}"));
                store.add(&revocation).await.expect("it is up");
            }
        })
    });
    let adding = tokio::spawn(join_all(adding));
    let mut seen = Vec::new();
    loop {
        let last = adding.is_finished();
        let found = since(other, cursor.as_deref()).await;
        seen.extend(found.revocations.iter().map(|one| format!("{one:?}")));
        cursor = found.cursor;
        if last {
            break;
        }
    }
    assert_eq!(seen.len(), 200);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 200, "each once");
}

/// A store tells the other machine, again and again.
async fn tells(one: &Store, other: &Store) {
    // Listening may begin a moment later, and says so by telling.
    let _ = timeout(Duration::from_secs(5), other.changed()).await;
    for number in ["1", "2", "3"] {
        one.add(&revoked(number)).await.expect("it is up");
        let told = timeout(Duration::from_secs(5), other.changed()).await;
        assert!(told.is_ok(), "number {number}");
    }
}

/// Waits until a store that was started again answers.
async fn is_up(store: &Store) {
    let mut tries = 0;
    while store.since(None).await.is_err() {
        tries += 1;
        assert!(tries < 100, "it is up");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What is down says so, and what is up again works again.
async fn comes_back(one: &Store, other: &Store, back: impl FnOnce()) {
    let down = timeout(Duration::from_secs(10), one.add(&revoked("down"))).await;
    assert!(!matches!(down, Ok(Ok(()))), "it is down");
    let down = timeout(Duration::from_secs(10), one.since(None)).await;
    assert!(!matches!(down, Ok(Ok(_))), "it is down");
    back();
    for store in [one, other] {
        is_up(store).await;
    }
    one.add(&revoked("up")).await.expect("it is up");
    let all = format!("{:?}", since(other, None).await.revocations);
    assert!(all.contains("Credential(\"up\")"), "{all}");
}

/// A store is brought back as it was before: what is revoked after that is read by those who had read further.
async fn comes_back_behind(one: &Store, other: &Store, back: impl AsyncFnOnce()) {
    // Made once, so that it says the same to the letter when somebody tries again.
    let lost = ["lost-1", "lost-2", "lost-3"].map(revoked);
    for revocation in &lost {
        one.add(revocation).await.expect("it is up");
    }
    let ahead = since(other, None).await.cursor;
    back().await;
    let again = [&revoked("between-1"), &revoked("between-2"), &lost[2]];
    for revocation in again {
        one.add(revocation).await.expect("it is up");
    }
    let found = since(other, ahead.as_deref()).await.revocations;
    for revocation in again {
        assert!(found.contains(revocation), "{revocation:?}: {found:?}");
    }
    for number in 0..9 {
        let after = format!("after-{number}");
        one.add(&revoked(&after)).await.expect("it is up");
        let found = format!("{:?}", since(other, ahead.as_deref()).await.revocations);
        let named = format!("Credential(\"{after}\")");
        assert!(found.contains(&named), "{named}: {found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sqlite_file_that_comes_back_behind_is_read_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("revoked.db");
    let store: Store = Arc::new(SqliteRevocations::open(&file).await.expect("a file"));
    store.add(&revoked("before")).await.expect("it is up");
    let database = rusqlite::Connection::open(&file).expect("a file");
    let copy = folder.path().join("copy.db");
    let mut copy = rusqlite::Connection::open(copy).expect("a file");
    let copied = rusqlite::backup::Backup::new(&database, &mut copy).expect("a copy");
    copied.step(-1).expect("copied");
    drop(copied);
    let mut database = database;
    comes_back_behind(&store, &store, async || {
        let back = rusqlite::backup::Backup::new(&copy, &mut database).expect("a copy");
        back.step(-1).expect("brought back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_database_that_comes_back_behind_is_read_whole() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let pool = PgPoolOptions::new().connect(&server.url()).await;
    let pool = pool.expect("a database");
    let store = PostgresRevocations::new(pool.clone())
        .await
        .expect("a table");
    let store: Store = Arc::new(store);
    store.add(&revoked("before")).await.expect("it is up");
    comes_back_behind(&store, &store, async || {
        // What a backup of the table holds: its rows, and where its numbers were.
        let change = "DELETE FROM auth_revocation WHERE seq > 1;
            SELECT setval(pg_get_serial_sequence('auth_revocation', 'seq'), 1)";
        let restored = sqlx::raw_sql(change).execute(&pool).await;
        restored.expect("it is up");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_starts_from_an_older_file_is_read_whole() {
    let Some(mut server) = Redis::start() else {
        return;
    };
    let client = redis::Client::open(server.url()).expect("an address");
    let store = RedisRevocations::connect(client.clone()).await;
    let store: Store = Arc::new(store.expect("a Redis"));
    store.add(&revoked("before")).await.expect("it is up");
    since(&store, None).await;
    let mut connection = client.get_connection().expect("a Redis");
    redis::cmd("SAVE").exec(&mut connection).expect("a file");
    comes_back_behind(&store, &store, async || {
        server.stop();
        assert!(server.resume());
        is_up(&store).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("revoked.db");
    let open = || async { SqliteRevocations::open(&file).await.expect("a file") };
    behaves(Arc::new(open().await), Arc::new(open().await)).await;
    // It is there when all who had it open are gone.
    let again: Store = Arc::new(open().await);
    assert!(since(&again, None).await.revocations.len() > 200);
    let no_database = folder.path().join("text");
    std::fs::write(&no_database, "no database".repeat(100)).expect("a file");
    assert!(SqliteRevocations::open(&no_database).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres() {
    let Some(mut server) = Postgres::start() else {
        return;
    };
    let url = server.url();
    let connect = || async {
        let pool = PgPoolOptions::new().acquire_timeout(Duration::from_secs(3));
        let pool = pool.connect(&url).await.expect("a database");
        Arc::new(PostgresRevocations::new(pool).await.expect("a table")) as Store
    };
    let (one, other) = tokio::join!(connect(), connect());
    behaves(Arc::clone(&one), Arc::clone(&other)).await;
    tells(&one, &other).await;
    server.stop();
    comes_back(&one, &other, || assert!(server.resume())).await;
    tells(&one, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis() {
    let Some(mut server) = Redis::start() else {
        return;
    };
    let url = server.url();
    let connect = || async {
        let client = redis::Client::open(url.as_str()).expect("an address");
        let store = RedisRevocations::connect(client).await;
        Arc::new(store.expect("a Redis")) as Store
    };
    let (one, other) = (connect().await, connect().await);
    behaves(Arc::clone(&one), Arc::clone(&other)).await;
    tells(&one, &other).await;
    let before = since(&other, None).await.cursor;
    server.stop();
    comes_back(&one, &other, || assert!(server.resume())).await;
    // It has lost all data, so a cursor of the time before counts for nothing.
    let found = since(&other, before.as_deref()).await;
    assert_eq!(found.revocations.len(), 1, "{found:?}");
    tells(&one, &other).await;
}

/// A test of the tests: a store that forgets doesn't behave.
#[tokio::test]
#[should_panic(expected = "assertion")]
async fn a_store_that_forgets_is_found_out() {
    struct Forgetful;
    #[async_trait]
    impl RevocationStore for Forgetful {
        async fn add(&self, _: &Revocation) -> Result<(), String> {
            Ok(())
        }

        async fn since(&self, _: Option<&str>) -> Result<StoredRevocations, String> {
            Ok(StoredRevocations::default())
        }
    }
    behaves(Arc::new(Forgetful), Arc::new(Forgetful)).await;
}

#[tokio::test]
async fn what_is_revoked_after_redis_lost_its_counter_is_read() {
    let Some(server) = Redis::start() else {
        return;
    };
    let client = redis::Client::open(server.url()).expect("an address");
    let store = RedisRevocations::connect(client.clone()).await;
    let store: Store = Arc::new(store.expect("a Redis"));
    for number in 0..5 {
        let old = revoked(&number.to_string());
        store.add(&old).await.expect("it is up");
    }
    let cursor = since(&store, None).await.cursor;
    let mut connection = client.get_connection().expect("a Redis");
    let gone: i64 = redis::cmd("DEL")
        .arg("auth:revocations:seq")
        .query(&mut connection)
        .expect("it is up");
    assert_eq!(gone, 1);
    let added = [revoked("new"), revoked("newer")];
    for new in &added {
        store.add(new).await.expect("it is up");
    }
    let found = since(&store, cursor.as_deref()).await.revocations;
    assert_eq!(found, added);
}
