//! Each directory of sessions does what auth-sessions expects of one.

use std::time::{Duration, SystemTime};

use auth_edge_tests::{Postgres, Redis};
use auth_postgres::PostgresSessionDirectory;
use auth_redis::RedisSessionDirectory;
use auth_sessions::{MemoryDirectory, SessionDirectory, SessionEntry};
use auth_sqlite::SqliteSessionDirectory;
use sqlx::PgPool;

const MINUTE: Duration = Duration::from_mins(1);

fn entry(handle: &str, issuer: &str, subject: &str, provider: Option<&str>) -> SessionEntry {
    let now = SystemTime::now();
    SessionEntry {
        handle: handle.to_owned(),
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        provider_session: provider.map(str::to_owned),
        note: Some("a \"browser\"".to_owned()),
        began: now,
        seen: now,
        ends: now + 60 * MINUTE,
    }
}

fn handles(mut found: Vec<SessionEntry>) -> Vec<String> {
    found.sort_by(|a, b| a.handle.cmp(&b.handle));
    found.into_iter().map(|entry| entry.handle).collect()
}

async fn behaves(one: &dyn SessionDirectory, other: &dyn SessionDirectory) {
    let first = entry("a", "i", "ann", Some("s"));
    for entry in [
        first.clone(),
        entry("b", "i", "ann", None),
        entry("c", "i", "bob", Some("s")),
        entry("d", "j", "ann", Some("s")),
        // Joined carelessly, they would be one.
        entry("e", "i:ann", "x", None),
    ] {
        one.add(entry).await.expect("it is up");
    }
    assert_eq!(other.get("a").await, Ok(Some(first.clone())));
    assert_eq!(other.get("A").await, Ok(None));
    for (issuer, subject, expected) in [
        ("i", "ann", vec!["a", "b"]),
        ("j", "ann", vec!["d"]),
        ("i", "ann:x", vec![]),
        ("i:ann", "x", vec!["e"]),
        ("i", "nobody", vec![]),
    ] {
        let found = other.of_subject(issuer, subject).await.expect("it is up");
        assert_eq!(handles(found), expected, "{issuer} {subject}");
    }
    let found = other.of_provider_session("i", "s").await.expect("it is up");
    assert_eq!(handles(found), ["a", "c"]);
    // A use is noted, an earlier one doesn't undo it, and neither brings back what has ended.
    let later = first.seen + MINUTE;
    for at in [later, first.seen] {
        one.seen("a", at).await.expect("it is up");
    }
    let seen = other
        .get("a")
        .await
        .expect("it is up")
        .expect("it is there")
        .seen;
    let apart = later
        .duration_since(seen)
        .unwrap_or_else(|error| error.duration());
    assert!(apart < Duration::from_millis(2), "{apart:?}");
    for _ in 0..2 {
        one.remove("a").await.expect("it is up");
        other.seen("a", later + MINUTE).await.expect("it is up");
        assert_eq!(other.get("a").await, Ok(None));
    }
    let found = other.of_subject("i", "ann").await.expect("it is up");
    assert_eq!(handles(found), ["b"]);
    // What ends whatever happens is forgotten.
    let mut brief = entry("f", "i", "eve", None);
    brief.ends = brief.began + Duration::from_millis(100);
    one.add(brief).await.expect("it is up");
    tokio::time::sleep(Duration::from_millis(150)).await;
    one.add(entry("g", "i", "eve", None))
        .await
        .expect("it is up");
    assert_eq!(other.get("f").await, Ok(None));
    let found = other.of_subject("i", "eve").await.expect("it is up");
    assert_eq!(handles(found), ["g"]);
}

#[tokio::test]
async fn memory() {
    // Two machines are one process here.
    let directory = MemoryDirectory::default();
    behaves(&directory, &directory).await;
}

#[tokio::test]
async fn sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sessions.db");
    let open = || async { SqliteSessionDirectory::open(&file).await.expect("a file") };
    behaves(&open().await, &open().await).await;
}

#[tokio::test]
async fn postgres() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let connect = || async {
        let pool = PgPool::connect(&server.url()).await.expect("a database");
        PostgresSessionDirectory::new(pool).await.expect("a table")
    };
    let (one, other) = tokio::join!(connect(), connect());
    behaves(&one, &other).await;
}

#[tokio::test]
async fn redis() {
    let Some(server) = Redis::start() else {
        return;
    };
    let connect = || async {
        let client = redis::Client::open(server.url()).expect("an address");
        RedisSessionDirectory::connect(client)
            .await
            .expect("a Redis")
    };
    behaves(&connect().await, &connect().await).await;
}

#[tokio::test]
async fn a_session_that_redis_could_not_list_any_more_counts_no_longer() {
    let Some(server) = Redis::start() else {
        return;
    };
    let client = redis::Client::open(server.url()).expect("an address");
    let directory = RedisSessionDirectory::connect(client.clone()).await;
    let directory = directory.expect("a Redis");
    for (set, handle) in [
        ("auth:sessions:subject:8:accounts:ann", "one"),
        ("auth:sessions:provider:8:accounts:p", "two"),
    ] {
        let entry = entry(handle, "accounts", "ann", Some("p"));
        directory.add(entry.clone()).await.expect("it is up");
        assert_eq!(directory.get(handle).await, Ok(Some(entry)));
        // One that runs full throws out what is asked for least.
        let mut connection = client.get_connection().expect("a Redis");
        let gone: i64 = redis::cmd("DEL")
            .arg(set)
            .query(&mut connection)
            .expect("it is up");
        assert_eq!(gone, 1, "{set}");
        assert_eq!(directory.get(handle).await, Ok(None), "{set}");
    }
}
