//! API keys that outlive the process.

use std::time::{Duration, SystemTime};

use auth_core::{
    Authenticator, Outcome,
    authentication::{
        StoredIdentity,
        api_key::{ApiKeyRecord, ApiKeyStore, ApiKeys, MemoryApiKeys},
    },
};
use auth_sqlite::SqliteApiKeys;
use http::Request;

fn record(id: &str, subject: &str) -> ApiKeyRecord {
    ApiKeyRecord {
        id: id.to_owned(),
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
    let mut all = store.of_subject("billing").await.expect("it is up");
    all.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(all, [one.clone(), two.clone()]);
    assert_eq!(store.of_subject("nobody").await, Ok(vec![]));
    let mut changed = one.clone();
    changed.expires_at = Some(SystemTime::now() + Duration::from_hours(1));
    store.put(changed.clone()).await.expect("it is up");
    assert_eq!(store.get("one").await, Ok(Some(changed.clone())));
    assert_eq!(store.replace(one.clone()).await, Ok(true));
    assert_eq!(store.get("one").await, Ok(Some(one.clone())));
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
    store.used("two", at).await.expect("it is up");
    let used = store
        .get("two")
        .await
        .expect("it is up")
        .expect("it is there");
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
    assert_eq!(store.replace(changed).await, Ok(false));
    assert_eq!(store.get("one").await, Ok(None));
}

#[tokio::test]
async fn memory() {
    behaves(MemoryApiKeys::default()).await;
}

#[tokio::test]
async fn sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("keys.db");
    let open = || async { SqliteApiKeys::open(&file).await.expect("a file") };
    behaves(open().await).await;
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
    let request = Request::get("/").header("authorization", format!("ApiKey {}", key.reveal()));
    let request = request.body(()).expect("a request").into_parts().0;
    let outcome = ApiKeys::new("notes", open().await)
        .authenticate(&request)
        .await;
    assert!(matches!(outcome, Outcome::Known(_)), "{outcome:?}");
}
