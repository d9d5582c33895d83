//! Whose a key is that is rotated or removed, and what is left when all of a subject's are removed.

use auth_core::{Identity, SubjectKind};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use super::*;

#[requires(authenticated)]
async fn rotate(
    me: Principal,
    keys: State<ApiKeys>,
    id: Path<String>,
) -> Result<String, StatusCode> {
    let rotated = keys.rotate_own(&me, &id, Duration::ZERO).await;
    let rotated = rotated.map_err(|_| StatusCode::NOT_FOUND)?;
    Ok(rotated.reveal().to_owned())
}

#[requires(authenticated)]
async fn remove(me: Principal, keys: State<ApiKeys>, id: Path<String>) -> StatusCode {
    match keys.remove_own(&me, &id).await {
        Ok(true) => StatusCode::NO_CONTENT,
        Ok(false) => StatusCode::NOT_FOUND,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[tokio::test]
async fn who_rotates_or_removes_their_own_keys_gets_and_removes_nobody_elses() {
    let keys = ApiKeys::new("notes", MemoryApiKeys::default());
    let app = PolicyRouter::new()
        .route("/rotate/{id}", get(rotate))
        .route("/remove/{id}", get(remove))
        .route("/guarded", get(crate::guarded))
        .with_state(keys.clone())
        .authenticate(keys.clone());
    let issue = async |who: &str| {
        let key = keys.issue(StoredIdentity::machine(who)).await;
        key.expect("memory")
    };
    let (ann, bob) = (issue("ann").await, issue("bob").await);
    let as_ann = async |path: String| {
        let header = format!("ApiKey {}", ann.reveal());
        ask(&app, &path, &[("authorization", &header)]).await
    };
    for path in ["rotate", "remove"] {
        let answer = as_ann(format!("/{path}/{}", bob.id)).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(status(&app, bob.reveal()).await, 200, "{path}");
    }
    // Another key of hers may do more than the one she calls with.
    let other = issue("ann").await;
    for path in ["rotate", "remove"] {
        let answer = as_ann(format!("/{path}/{}", other.id)).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(status(&app, other.reveal()).await, 200, "{path}");
    }
    let rotated = as_ann(format!("/rotate/{}", ann.id)).await.body;
    assert_eq!(status(&app, &rotated).await, 200);
    assert_eq!(
        status(&app, ann.reveal()).await,
        401,
        "the old one has ended"
    );
    let rotated = format!("ApiKey {rotated}");
    let id = keys
        .of_subject("api-keys", SubjectKind::Machine, "ann")
        .await;
    let id = id
        .expect("memory")
        .into_iter()
        .find(|key| ![&other.id, &ann.id].contains(&&key.id));
    let path = format!("/remove/{}", id.expect("hers").id);
    let removed = ask(&app, &path, &[("authorization", &rotated)]).await;
    assert_eq!(removed.status(), 204);
}

#[tokio::test]
async fn nobody_gets_a_key_that_may_do_more_than_they_may() {
    let keys = ApiKeys::new("notes", MemoryApiKeys::default())
        .issuer("i")
        .roles::<Role>()
        .permissions::<Permission>();
    let ann = || Identity::person("i", "ann");
    let key = || StoredIdentity::person("ann");
    let in_acme = || ann().tenant("acme");
    let session = || in_acme().credential_kind(CredentialKind::Session);
    let mut misspelt = key();
    misspelt.roles.push("Writer".to_owned());
    for (what, caller, stands_for, gets) in [
        ("no more", ann(), key(), true),
        (
            "the same role",
            ann().role(Role::Writer),
            key().role(Role::Writer),
            true,
        ),
        (
            "an implied role",
            ann().role(Role::Admin),
            key().role(Role::Writer),
            true,
        ),
        (
            "a greater role",
            ann().role(Role::Writer),
            key().role(Role::Admin),
            false,
        ),
        (
            "a role of nobody's",
            ann().role(Role::Admin),
            misspelt,
            false,
        ),
        (
            "a permission that a role grants",
            ann().role(Role::Admin),
            key().permission(Permission::NoteDelete),
            true,
        ),
        (
            "a permission",
            ann().permission(Permission::NoteDelete),
            key().permission(Permission::NoteDelete),
            true,
        ),
        (
            "a permission of a greater role",
            ann().role(Role::Writer),
            key().permission(Permission::NoteDelete),
            false,
        ),
        ("the same tenant", in_acme(), key().tenant("acme"), true),
        ("no tenant", in_acme(), key(), true),
        ("another tenant", in_acme(), key().tenant("globex"), false),
        ("a tenant", ann(), key().tenant("acme"), false),
        ("the same scope", ann().scope("a"), key().scope("a"), true),
        ("another scope", ann().scope("a"), key().scope("b"), false),
        (
            "a scope, for who logged in",
            session(),
            key().scope("b"),
            true,
        ),
        (
            "a role, for who logged in",
            session(),
            key().role(Role::Reader),
            false,
        ),
        (
            "a program of that name",
            Identity::machine("i", "ann"),
            key(),
            false,
        ),
        (
            "whoever acts for her",
            ann().acted_by("i", "helper"),
            key(),
            false,
        ),
        ("another person", Identity::person("i", "bob"), key(), false),
        (
            "another issuer's",
            Identity::person("j", "ann"),
            key(),
            false,
        ),
    ] {
        let issued = keys.issue(stands_for.clone()).await.expect("memory");
        let caller = Principal::for_test(caller);
        let hour = Duration::from_hours(1);
        let issued_to_them = keys.issue_own(&caller, None, stands_for).await;
        assert_eq!(issued_to_them.is_ok(), gets, "{what}");
        let rotated = keys.rotate_own(&caller, &issued.id, hour).await;
        assert_eq!(rotated.is_ok(), gets, "{what}");
    }
}

#[tokio::test]
async fn a_key_gets_nobody_another_one() {
    let keys = ApiKeys::new("notes", MemoryApiKeys::default());
    let issued = keys.issue(StoredIdentity::machine("ann")).await;
    let by_key = Identity::machine("api-keys", "ann")
        .credential(issued.expect("memory").id)
        .credential_kind(CredentialKind::ApiKey);
    let by_key = Principal::for_test(by_key);
    let another = keys.issue_own(&by_key, None, StoredIdentity::machine("ann"));
    assert!(
        another.await.is_err(),
        "it would outlive the one it came of"
    );
}

/// A store in which somebody rotates a key between the look at a subject's keys and their removal.
struct Rotating {
    keys: Arc<MemoryApiKeys>,
    rotated: Arc<std::sync::Mutex<Option<String>>>,
}

#[async_trait]
impl ApiKeyStore for Rotating {
    async fn put(&self, record: ApiKeyRecord) -> Result<(), String> {
        self.keys.put(record).await
    }

    async fn end_at(&self, id: &str, at: SystemTime) -> Result<Option<ApiKeyRecord>, String> {
        self.keys.end_at(id, at).await
    }

    async fn get(&self, id: &str) -> Result<Option<ApiKeyRecord>, String> {
        self.keys.get(id).await
    }

    async fn of_subject(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<Vec<ApiKeyRecord>, String> {
        let found = self.keys.of_subject(issuer, kind, subject).await?;
        let mut rotated = self.rotated.lock().expect("no panic").clone();
        if let (Some(key), None) = (found.first(), &rotated) {
            let keys = ApiKeys::new("notes", Arc::clone(&self.keys));
            let successor = keys.rotate(&key.id, Duration::from_hours(1)).await;
            rotated = successor.ok().map(|key| key.reveal().to_owned());
            *self.rotated.lock().expect("no panic") = rotated;
        }
        Ok(found)
    }

    async fn remove(&self, id: &str) -> Result<(), String> {
        self.keys.remove(id).await
    }

    async fn used(&self, id: &str, at: SystemTime) -> Result<(), String> {
        self.keys.used(id, at).await
    }
}

#[tokio::test]
async fn no_key_of_a_subject_outlives_the_removal_of_all_of_theirs() {
    let rotated = Arc::default();
    let store = Rotating {
        keys: Arc::default(),
        rotated: Arc::clone(&rotated),
    };
    let keys = keys(store);
    let app = routes().authenticate(keys.clone());
    let stolen = keys.issue(billing()).await.expect("memory");
    let removed = keys.remove_all("api-keys", SubjectKind::Machine, "billing");
    removed.await.expect("memory");
    let successor = rotated.lock().expect("no panic").clone();
    let successor = successor.expect("it was rotated meanwhile");
    assert_eq!(status(&app, &successor).await, 401);
    assert_eq!(status(&app, stolen.reveal()).await, 401);
}
