//! API keys: shown once, asked for with every request, never a login.

mod fresh;
mod meanwhile;
mod own;
mod prefixes;
mod subjects;
mod successor;
mod uses;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use auth_core::{
    Authenticator, Bearer, CredentialKind, Granted, Guarded, PolicyRouter, Principal, Revocation,
    Revocations, SubjectKind, async_trait,
    authentication::{
        StoredIdentity,
        api_key::{ApiKeyRecord, ApiKeyStore, ApiKeys, KeysUnavailable, MemoryApiKeys},
    },
    requires,
    routing::get,
};
use auth_tests::{
    Answer,
    notes::{self, Note, Permission, Role},
    send,
};
use axum::body::Body;
use http::{HeaderName, Request};

use crate::{issuer, minted::good};

#[requires(role = "writer", permission = "note:delete", scope = "notes:write")]
async fn writes(me: Principal) -> String {
    assert_eq!(me.authenticated_at(), None, "a key is no login");
    assert_eq!(me.credential_kind(), Some(CredentialKind::ApiKey));
    format!(
        "{} {:?} {}",
        me.subject(),
        me.kind(),
        me.tenant().unwrap_or("-")
    )
}

#[requires(owns = "note")]
async fn owned(note: Granted<Note>) -> String {
    note.id.to_string()
}

fn routes() -> PolicyRouter {
    PolicyRouter::new()
        .route("/writes", get(writes))
        .route("/guarded", get(crate::guarded))
        .route("/owned/{note_id}", get(owned))
        .with_state(notes::state())
}

fn keys(store: impl ApiKeyStore) -> ApiKeys {
    ApiKeys::new("notes", store)
        .roles::<Role>()
        .permissions::<Permission>()
}

fn billing() -> StoredIdentity {
    StoredIdentity::machine("billing")
        .role(Role::Writer)
        .permission(Permission::NoteDelete)
        .scope("notes:write")
        .tenant("acme")
}

async fn ask(app: &Guarded, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(app, request.body(Body::empty()).expect("a request")).await
}

async fn status(app: &Guarded, key: &str) -> u16 {
    let header = format!("ApiKey {key}");
    ask(app, "/guarded", &[("authorization", &header)])
        .await
        .status()
}

#[tokio::test]
async fn a_key_says_who_calls_and_what_for() {
    let keys = keys(MemoryApiKeys::default());
    let app = routes().authenticate(keys.clone());
    let key = keys.issue(billing()).await.expect("memory");
    assert!(
        !format!("{key:?}").contains(key.reveal()),
        "no secret in a log"
    );
    let header = format!("apikey {}", key.reveal());
    let answer = ask(&app, "/writes", &[("authorization", &header)]).await;
    assert_eq!(
        (answer.status(), answer.body.as_str()),
        (200, "billing Machine acme")
    );
    let poor = keys
        .issue(StoredIdentity::machine("poor"))
        .await
        .expect("memory");
    let header = format!("ApiKey {}", poor.reveal());
    assert_eq!(
        ask(&app, "/writes", &[("authorization", &header)])
            .await
            .status(),
        403
    );
    let nobody = ask(&app, "/writes", &[]).await;
    assert_eq!(
        (nobody.status(), nobody.header("www-authenticate")),
        (401, "ApiKey")
    );
}

#[tokio::test]
async fn what_is_no_key_of_ours_is_refused_and_two_are_400() {
    let keys = keys(MemoryApiKeys::default());
    let app = routes().authenticate(keys.clone());
    let key = keys.issue(billing()).await.expect("memory");
    let key = key.reveal();
    let other_store = self::keys(MemoryApiKeys::default());
    let others = other_store.issue(billing()).await.expect("memory");
    let other_prefix = ApiKeys::new("other", MemoryApiKeys::default());
    let other_prefix = other_prefix.issue(billing()).await.expect("memory");
    for wrong in [
        "",
        "notes",
        "notes_a_b",
        &key[1..],
        &key[..key.len() - 1],
        &format!("{key}0"),
        &key.to_uppercase(),
        &format!(" {key}"),
        others.reveal(),
        other_prefix.reveal(),
    ] {
        assert_eq!(status(&app, wrong).await, 401, "{wrong:?}");
    }
    let ours = format!("ApiKey {key}");
    for headers in [
        [
            ("authorization", ours.as_str()),
            ("authorization", ours.as_str()),
        ]
        .as_slice(),
        &[("authorization", &format!("Bearer {key}"))],
        &[("authorization", key)],
        &[("authorization", &format!("ApiKey{key}"))],
    ] {
        assert_eq!(
            ask(&app, "/guarded", headers).await.status(),
            400,
            "{headers:?}"
        );
    }
}

/// A key whose id is another's, with the checksum right again.
#[tokio::test]
async fn the_secret_of_one_key_does_not_fit_another() {
    let keys = keys(MemoryApiKeys::default());
    let app = routes().authenticate(keys.clone());
    let (one, other) = (
        keys.issue(billing()).await.expect("memory"),
        keys.issue(billing()).await.expect("memory"),
    );
    let body = one.reveal().replace(&one.id, &other.id);
    let body = &body[..body.len() - 8];
    let mixed = format!("{body}{:08x}", crc32fast::hash(body.as_bytes()));
    assert_eq!(mixed.len(), one.reveal().len());
    assert_eq!(status(&app, &mixed).await, 401);
    assert_eq!(status(&app, one.reveal()).await, 200);
}

#[tokio::test]
async fn a_key_ends_when_it_expires_is_removed_rotated_or_revoked() {
    let keys = keys(MemoryApiKeys::default());
    let revocations = Revocations::in_memory();
    let app = routes().authenticate(keys.clone().revocable(revocations.clone()));
    let brief = keys
        .issue_for(Duration::from_millis(300), billing())
        .await
        .expect("memory");
    let removed = keys.issue(billing()).await.expect("memory");
    let revoked = keys.issue(billing()).await.expect("memory");
    for key in [&brief, &removed, &revoked] {
        assert_eq!(status(&app, key.reveal()).await, 200);
    }
    keys.remove(&removed.id).await.expect("memory");
    let revocation = Revocation::credential("api-keys", revoked.id.as_str());
    revocations.revoke(revocation).await.expect("memory");
    tokio::time::sleep(Duration::from_millis(350)).await;
    for key in [&brief, &removed, &revoked] {
        assert_eq!(status(&app, key.reveal()).await, 401);
    }
    let old = keys.issue(billing()).await.expect("memory");
    let new = keys.rotate(&old.id, Duration::from_millis(300)).await;
    let new = new.expect("memory");
    for key in [&old, &new] {
        assert_eq!(status(&app, key.reveal()).await, 200, "the overlap");
    }
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(status(&app, old.reveal()).await, 401);
    assert_eq!(status(&app, new.reveal()).await, 200);
    // A rotation gives no key a longer life than it had.
    let ending = keys
        .issue_for(Duration::from_millis(200), billing())
        .await
        .expect("memory");
    keys.rotate(&ending.id, Duration::from_hours(1))
        .await
        .expect("memory");
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(status(&app, ending.reveal()).await, 401);
    let unknown: Result<_, KeysUnavailable> = keys.rotate("unknown", Duration::ZERO).await;
    assert!(unknown.is_err());
}

#[tokio::test]
async fn a_subjects_keys_are_listed_with_their_last_use() {
    let keys = keys(MemoryApiKeys::default());
    let app = routes().authenticate(keys.clone());
    let key = keys.issue(billing()).await.expect("memory");
    keys.issue(StoredIdentity::machine("other"))
        .await
        .expect("memory");
    let only = |mut records: Vec<ApiKeyRecord>| {
        assert_eq!(records.len(), 1);
        records.remove(0)
    };
    let list = async || {
        let found = keys.of_subject("api-keys", SubjectKind::Machine, "billing");
        found.await.expect("memory")
    };
    let record = only(list().await);
    assert_eq!(
        (record.id.as_str(), record.last_used_at),
        (key.id.as_str(), None)
    );
    let before = SystemTime::now();
    assert_eq!(status(&app, key.reveal()).await, 200);
    tokio::task::yield_now().await;
    let record = only(list().await);
    assert!(record.last_used_at.is_some_and(|used| used >= before));
    let shown = format!("{record:?}");
    assert!(!shown.contains("secret_hash"), "{shown}");
}

#[tokio::test]
async fn a_key_may_stand_alone_in_a_header_of_choice() {
    let header = HeaderName::from_static("x-api-key");
    let keys = keys(MemoryApiKeys::default()).in_header(header);
    let app = routes().authenticate(keys.clone());
    let key = keys.issue(billing()).await.expect("memory");
    let answer = ask(&app, "/guarded", &[("x-api-key", key.reveal())]).await;
    assert_eq!((answer.status(), answer.header("vary")), (200, "x-api-key"));
    assert_eq!(
        ask(&app, "/guarded", &[("x-api-key", "")]).await.status(),
        401
    );
    let header = format!("ApiKey {}", key.reveal());
    let nobody = ask(&app, "/guarded", &[("authorization", &header)]).await;
    assert_eq!(nobody.status(), 401);
}

/// A store that is down.
struct Down;

#[async_trait]
impl ApiKeyStore for Down {
    async fn put(&self, _: ApiKeyRecord) -> Result<(), String> {
        Err("down".to_owned())
    }

    async fn end_at(&self, _: &str, _: SystemTime) -> Result<Option<ApiKeyRecord>, String> {
        Err("down".to_owned())
    }

    async fn get(&self, _: &str) -> Result<Option<ApiKeyRecord>, String> {
        Err("down".to_owned())
    }

    async fn of_subject(
        &self,
        _: &str,
        _: SubjectKind,
        _: &str,
    ) -> Result<Vec<ApiKeyRecord>, String> {
        Err("down".to_owned())
    }

    async fn remove(&self, _: &str) -> Result<(), String> {
        Err("down".to_owned())
    }

    async fn used(&self, _: &str, _: SystemTime) -> Result<(), String> {
        Err("down".to_owned())
    }
}

#[tokio::test]
async fn a_store_that_is_down_is_503_and_never_a_grant() {
    let app = routes().authenticate(keys(Down));
    let key = keys(MemoryApiKeys::default())
        .issue(billing())
        .await
        .expect("memory");
    assert_eq!(status(&app, key.reveal()).await, 503);
    assert_eq!(status(&app, "no key").await, 401, "nobody need be asked");
    assert!(keys(Down).issue(billing()).await.is_err());
    assert!(keys(Down).remove("x").await.is_err());
}

#[test]
#[should_panic(expected = "write lower-case letters and digits")]
fn a_prefix_is_lower_case_letters_and_digits() {
    let _ = ApiKeys::new("my_app", MemoryApiKeys::default());
}

#[test]
fn a_vocabulary_that_keys_do_not_fill_is_refused_at_start() {
    let keys = ApiKeys::new("notes", MemoryApiKeys::default()).roles::<Role>();
    let errors = routes().try_authenticate(keys).expect_err("no permissions");
    assert!(errors.to_string().contains("Permission"), "{errors}");
}
