//! API keys that outlive the process.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use auth_core::{
    Authenticator, Outcome, SubjectKind, async_trait,
    authentication::{
        StoredIdentity,
        api_key::{ApiKeyRecord, ApiKeyStore, ApiKeys, MemoryApiKeys},
    },
};
use auth_sqlite::SqliteApiKeys;
use http::{Request, request::Parts};

fn record(id: &str, subject: &str) -> ApiKeyRecord {
    ApiKeyRecord {
        id: id.to_owned(),
        issuer: "i".to_owned(),
        stands_for: StoredIdentity::machine(subject).scope("a").tenant("t"),
        expires_at: None,
        secret_hash: [7; 32],
        issued_at: SystemTime::now(),
        last_used_at: None,
    }
}

async fn behaves(store: impl ApiKeyStore) {
    let (one, two) = (record("one", "billing"), record("two", "billing"));
    for record in [&one, &two, &record("three", "other")] {
        store.put(record.clone()).await.expect("it is up");
    }
    assert_eq!(store.get("one").await, Ok(Some(one.clone())));
    assert_eq!(store.get("ONE").await, Ok(None));
    assert_eq!(store.get("' OR 1 --").await, Ok(None));
    let again = store.put(record("one", "other")).await;
    assert!(again.is_err(), "an id is taken once");
    let of = async |subject: &str| {
        let found = store.of_subject("i", SubjectKind::Machine, subject).await;
        let mut found = found.expect("it is up");
        found.sort_by(|a, b| a.id.cmp(&b.id));
        found
    };
    assert_eq!(of("billing").await, [one.clone(), two.clone()]);
    assert_eq!(of("nobody").await, []);
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
    store.used("two", at).await.expect("it is up");
    let used = store.get("two").await.expect("it is up");
    let used = used.expect("it is there");
    assert_eq!(
        (used.last_used_at, used.stands_for),
        (Some(at), two.stands_for)
    );
    store.used("unknown", at).await.expect("nothing to note");
    for _ in 0..2 {
        store.remove("one").await.expect("it is up");
    }
    assert_eq!(store.get("one").await, Ok(None));
    // What was removed stays so, though somebody has it in hand.
    assert_eq!(store.end_at("one", at).await, Ok(None));
    assert_eq!(store.get("one").await, Ok(None));
}

async fn keeps_the_sooner_end_and_the_later_use(store: impl ApiKeyStore) {
    let at = |minute: u64| SystemTime::UNIX_EPOCH + Duration::from_mins(30_000_000 + minute);
    let never = record("never", "billing");
    let mut brief = record("brief", "billing");
    brief.expires_at = Some(at(1));
    for record in [&never, &brief] {
        store.put(record.clone()).await.expect("it is up");
    }
    for (id, told, ends) in [
        ("never", at(5), at(5)),
        ("never", at(3), at(3)),
        ("never", at(4), at(3)),
        ("brief", at(2), at(1)),
        ("brief", at(0), at(0)),
    ] {
        let before = store.get(id).await;
        assert_eq!(store.end_at(id, told).await, before);
        let kept = store.get(id).await.expect("it is up");
        let kept = kept.expect("it is there");
        assert_eq!(kept.expires_at, Some(ends), "{id}");
    }
    for (told, last) in [(at(2), at(2)), (at(1), at(2)), (at(3), at(3))] {
        store.used("never", told).await.expect("it is up");
        let kept = store.get("never").await.expect("it is up");
        assert_eq!(kept.expect("it is there").last_used_at, Some(last));
    }
}

async fn tells_apart_whom_one_text_may_name(store: impl ApiKeyStore) {
    let everyone = [
        ("i", SubjectKind::Person),
        ("i", SubjectKind::Machine),
        ("j", SubjectKind::Person),
        ("j", SubjectKind::Machine),
    ];
    for (number, (issuer, kind)) in everyone.into_iter().enumerate() {
        let mut record = record(&number.to_string(), "ann");
        record.issuer = issuer.to_owned();
        record.stands_for.person = kind == SubjectKind::Person;
        store.put(record).await.expect("it is up");
    }
    for (number, (issuer, kind)) in everyone.into_iter().enumerate() {
        let found = store.of_subject(issuer, kind, "ann").await;
        let found: Vec<_> = found
            .expect("it is up")
            .into_iter()
            .map(|record| record.id)
            .collect();
        assert_eq!(found, [number.to_string()], "{kind:?} of {issuer}");
    }
    let removed = store.remove_all("i", SubjectKind::Person, "ann").await;
    assert_eq!(removed, Ok(()));
    for (number, left) in [false, true, true, true].into_iter().enumerate() {
        let kept = store.get(&number.to_string()).await.expect("it is up");
        assert_eq!(kept.is_some(), left, "{number}");
    }
}

/// A store that leaves `remove_all` as it is provided.
struct AsProvided(MemoryApiKeys);

#[async_trait]
impl ApiKeyStore for AsProvided {
    async fn get(&self, id: &str) -> Result<Option<ApiKeyRecord>, String> {
        self.0.get(id).await
    }

    async fn of_subject(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<Vec<ApiKeyRecord>, String> {
        self.0.of_subject(issuer, kind, subject).await
    }

    async fn put(&self, record: ApiKeyRecord) -> Result<(), String> {
        self.0.put(record).await
    }

    async fn end_at(&self, id: &str, at: SystemTime) -> Result<Option<ApiKeyRecord>, String> {
        self.0.end_at(id, at).await
    }

    async fn remove(&self, id: &str) -> Result<(), String> {
        self.0.remove(id).await
    }

    async fn used(&self, id: &str, at: SystemTime) -> Result<(), String> {
        self.0.used(id, at).await
    }
}

fn request(key: &str) -> Parts {
    let request = Request::get("/").header("authorization", format!("ApiKey {key}"));
    request.body(()).expect("a request").into_parts().0
}

#[tokio::test]
async fn memory() {
    behaves(MemoryApiKeys::default()).await;
    keeps_the_sooner_end_and_the_later_use(MemoryApiKeys::default()).await;
    tells_apart_whom_one_text_may_name(MemoryApiKeys::default()).await;
    tells_apart_whom_one_text_may_name(AsProvided(MemoryApiKeys::default())).await;
}

#[tokio::test]
async fn sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("keys.db");
    let open = || async { SqliteApiKeys::open(&file).await.expect("a file") };
    behaves(open().await).await;
    keeps_the_sooner_end_and_the_later_use(open().await).await;
    tells_apart_whom_one_text_may_name(open().await).await;
    let keys = ApiKeys::new("notes", open().await);
    let key = keys
        .issue(StoredIdentity::machine("billing"))
        .await
        .expect("a file");
    // The files have no secret in them, and another process takes the key.
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let bytes = std::fs::read(entry.expect("a file").path()).expect("a file");
        let secret = &key.reveal()[23..55];
        assert!(
            !bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes())
        );
    }
    let keys = ApiKeys::new("notes", open().await);
    let outcome = keys.authenticate(&request(key.reveal())).await;
    assert!(matches!(outcome, Outcome::Known(_)), "{outcome:?}");
}

/// Two processes at one key at the same time, in whatever order the file takes them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_processes_ends_the_sooner_holds_and_what_one_removes_stays_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("keys.db");
    let open = || async { Arc::new(SqliteApiKeys::open(&file).await.expect("a file")) };
    let (one, other) = (open().await, open().await);
    let (soon, late) = (
        SystemTime::UNIX_EPOCH + Duration::from_hours(1),
        SystemTime::UNIX_EPOCH + Duration::from_hours(2),
    );
    for round in 0..30 {
        let [ended, removed] = ["ended", "removed"].map(|what| format!("{what} {round}"));
        for id in [&ended, &removed] {
            one.put(record(id, "billing")).await.expect("it is up");
        }
        let work = |store: &Arc<SqliteApiKeys>, at, removes| {
            let (store, ended, removed) = (Arc::clone(store), ended.clone(), removed.clone());
            tokio::spawn(async move {
                store.end_at(&ended, at).await?;
                if removes {
                    store.remove(&removed).await?;
                } else {
                    store.end_at(&removed, at).await?;
                    store.used(&removed, at).await?;
                }
                Ok::<_, String>(())
            })
        };
        let works = [
            work(&one, soon, round % 2 == 0),
            work(&other, late, round % 2 == 1),
        ];
        for work in works {
            assert_eq!(work.await.expect("no panic"), Ok(()));
        }
        let kept = other.get(&ended).await.expect("it is up");
        assert_eq!(kept.expect("it is there").expires_at, Some(soon));
        assert_eq!(one.get(&removed).await, Ok(None));
    }
}

#[tokio::test]
async fn no_request_waits_while_another_process_writes_to_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("keys.db");
    let store = Arc::new(SqliteApiKeys::open(&file).await.expect("a file"));
    let keys = ApiKeys::new("notes", Arc::clone(&store));
    let mut requests = Vec::new();
    for _ in 0..20 {
        let key = keys.issue(StoredIdentity::machine("billing")).await;
        requests.push(request(key.expect("a file").reveal()));
    }
    let other = rusqlite::Connection::open(&file).expect("a file");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    let waits = tokio::spawn(async move { store.put(record("waits", "billing")).await });
    tokio::task::yield_now().await;
    for request in &requests {
        let outcome = keys.authenticate(request).await;
        assert!(matches!(outcome, Outcome::Known(_)), "{outcome:?}");
    }
    other.execute_batch("COMMIT").expect("it is given back");
    // One that requests had waited for would have given up before.
    assert_eq!(waits.await.expect("no panic"), Ok(()));
}

#[tokio::test]
async fn a_database_that_connections_do_not_share_is_refused() {
    for path in [":memory:", ""] {
        assert!(SqliteApiKeys::open(path).await.is_err(), "{path:?}");
    }
}
