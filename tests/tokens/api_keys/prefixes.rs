//! Two kinds of keys, told by their prefixes, in one store: who has one has not the other.

use std::{sync::Arc, time::Duration};

use auth_core::{
    Guarded, PolicyRouter, SubjectKind,
    authentication::{
        StoredIdentity,
        api_key::{ApiKeys, MemoryApiKeys},
    },
    routing::get,
};
use auth_tests::send;
use axum::body::Body;
use http::Request;

fn app(keys: &ApiKeys) -> Guarded {
    PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .authenticate(keys.clone())
}

async fn status(app: &Guarded, key: &str) -> u16 {
    let request = Request::get("/guarded").header("authorization", format!("ApiKey {key}"));
    let request = request.body(Body::empty()).expect("a request");
    send(app, request).await.status()
}

#[tokio::test]
async fn a_key_of_one_prefix_is_none_of_another() {
    let store = Arc::new(MemoryApiKeys::default());
    let test = ApiKeys::new("test", Arc::clone(&store));
    let live = ApiKeys::new("live", store);
    let key = test.issue(StoredIdentity::machine("ci")).await;
    let key = key.expect("memory");
    assert_eq!(status(&app(&test), key.reveal()).await, 200);
    assert_eq!(
        status(&app(&live), key.reveal()).await,
        401,
        "as it is written"
    );
    // Its holder writes another prefix, and the checksum anew, which needs no secret.
    let (body, _) = key.reveal().split_at(key.reveal().len() - 8);
    let body = body.replacen("test_", "live_", 1);
    let forged = format!("{body}{:08x}", crc32fast::hash(body.as_bytes()));
    assert_eq!(status(&app(&live), &forged).await, 401, "nobody issued it");
}

#[tokio::test]
async fn a_key_of_one_prefix_is_neither_listed_nor_rotated_by_another() {
    let store = Arc::new(MemoryApiKeys::default());
    let test = ApiKeys::new("test", Arc::clone(&store));
    let live = ApiKeys::new("live", store);
    let key = test.issue(StoredIdentity::machine("ci")).await;
    let key = key.expect("memory");
    assert!(key.id.starts_with("test_"), "{}", key.id);
    let listed = async |keys: &ApiKeys| {
        let found = keys.of_subject("api-keys", SubjectKind::Machine, "ci");
        found.await.expect("memory").len()
    };
    assert_eq!((listed(&test).await, listed(&live).await), (1, 0));
    let rotated = live.rotate(&key.id, Duration::ZERO).await;
    rotated.expect_err("it is no key of that prefix");
    assert_eq!(
        status(&app(&test), key.reveal()).await,
        200,
        "nor is it ended"
    );
    let rotated = test.rotate(&key.id, Duration::ZERO).await;
    let rotated = rotated.expect("memory");
    assert_eq!(status(&app(&test), rotated.reveal()).await, 200);
}
