//! What a key doesn't state, its holder hasn't, where a rule is `fresh` too: who gave it out may do more.

use std::convert::Infallible;

use auth_core::{
    Granted, Guarded, Identity, Load, PolicyRouter, Resource, SourceOfTruth,
    authentication::{
        StoredIdentity,
        api_key::{ApiKeys, MemoryApiKeys},
    },
    requires,
    routing::get,
};
use auth_tests::{
    notes::{Permission, Role},
    send,
};
use axum::body::Body;
use http::Request;

/// Ann is an admin of acme, and may delete notes; programs have no account.
#[derive(Clone)]
struct Accounts;

impl SourceOfTruth for Accounts {
    type Error = Infallible;

    async fn account(&self, blank: Identity) -> Result<Option<Identity>, Infallible> {
        if blank.home_person() != Some("ann") {
            return Ok(None);
        }
        let now = blank.roles_are([Role::Admin]).tenant("acme");
        Ok(Some(now.permissions_are([Permission::NoteDelete])))
    }
}

#[derive(Clone, Resource)]
struct Deed {
    #[tenant]
    org: String,
}

impl Load for Deed {
    type State = Accounts;
    type Key = u64;
    type Error = Infallible;

    async fn load(_: u64, _: &Accounts) -> Result<Option<Self>, Infallible> {
        let org = "acme".to_owned();
        Ok(Some(Self { org }))
    }
}

#[requires(role = "admin", fresh)]
async fn admins() -> &'static str {
    "administered"
}

#[requires(permission = "note:delete", fresh)]
async fn delete() -> &'static str {
    "deleted"
}

#[requires(tenant = "deed", fresh)]
async fn read(deed: Granted<Deed>) -> String {
    deed.into_inner().org
}

async fn status(app: &Guarded, path: &str, key: &str) -> u16 {
    let request = Request::get(path).header("authorization", format!("ApiKey {key}"));
    let request = request.body(Body::empty()).expect("a request");
    send(app, request).await.status()
}

#[tokio::test]
async fn a_key_has_nothing_of_its_owner_that_it_doesnt_state() {
    let keys = ApiKeys::new("notes", MemoryApiKeys::default())
        .issuer("accounts")
        .roles::<Role>()
        .permissions::<Permission>();
    let app: Guarded = PolicyRouter::new()
        .route("/admin", get(admins))
        .route("/delete", get(delete))
        .route("/deeds/{deed_id}", get(read))
        .with_state(Accounts)
        .authenticate(keys.clone());
    let ann = || StoredIdentity::person("ann");
    let all = ann().role(Role::Admin).tenant("acme");
    for (stands_for, granted) in [
        (ann(), [403, 403, 404]),
        (ann().role(Role::Reader), [403, 403, 404]),
        (ann().tenant("acme"), [403, 403, 200]),
        (ann().tenant("globex"), [403, 403, 404]),
        (all.permission(Permission::NoteDelete), [200, 200, 200]),
        // A program has no account.
        (
            StoredIdentity::machine("ann").role(Role::Admin),
            [401, 401, 404],
        ),
    ] {
        let words = format!("{stands_for:?}");
        let key = keys.issue(stands_for).await.expect("memory");
        let mut statuses = [0; 3];
        for (at, path) in ["/admin", "/delete", "/deeds/1"].iter().enumerate() {
            statuses[at] = status(&app, path, key.reveal()).await;
        }
        assert_eq!(statuses, granted, "{words}");
    }
}
