//! Fresh rules: they hold on the caller as the credential states them, and as the account is now.

#![allow(
    clippy::needless_pass_by_value,
    reason = "conditions are written as the language takes them"
)]

mod tenants;
mod twice;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use auth_core::{
    Context, DenialKind, Granted, Guarded, Identity, Load, PolicyRouter, Principal,
    RememberedAccounts, Resource, SourceOfTruth, condition, policy, requires, routing::get,
};
use auth_tests::{
    Answer, Callers, call,
    log::logged,
    notes::{Permission, Role, UserId},
};
use axum::extract::State;
use http::Method;
use tokio::sync::oneshot;

/// What is so now: roles and tenant, an account each.
type Accounts = HashMap<&'static str, (Vec<Role>, Option<&'static str>)>;

/// What is so now: somebody's roles in a tenant.
type Members = HashMap<(&'static str, String), Vec<Role>>;

#[derive(Clone, Debug, Default)]
struct App {
    accounts: Arc<Mutex<Accounts>>,
    /// What somebody is in each tenant, where they may belong to several.
    members: Arc<Mutex<Members>>,
    asked: Arc<AtomicUsize>,
    loads: Arc<AtomicUsize>,
    conditions: Arc<AtomicUsize>,
    remembered: Option<RememberedAccounts>,
    /// Holds the next answer back, which is found already.
    held_back: Arc<Mutex<Option<oneshot::Receiver<()>>>>,
}

impl App {
    fn with(accounts: &[(&'static str, &[Role], Option<&'static str>)]) -> Self {
        let app = Self::default();
        for (who, roles, tenant) in accounts {
            app.now(who, roles, *tenant);
        }
        app
    }

    fn now(&self, who: &'static str, roles: &[Role], tenant: Option<&'static str>) {
        self.accounts
            .lock()
            .unwrap()
            .insert(who, (roles.to_vec(), tenant));
    }

    /// Somebody belongs to these tenants from now on, and to no others.
    fn belongs(
        &self,
        who: &'static str,
        to: impl IntoIterator<Item = (&'static str, &'static [Role])>,
    ) {
        let members = to
            .into_iter()
            .map(|(org, roles)| ((who, org.to_owned()), roles.to_vec()));
        *self.members.lock().unwrap() = members.collect();
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    fn routes(&self) -> Guarded {
        PolicyRouter::new()
            .route("/write", get(write))
            .route("/tolerant", get(tolerant))
            .route("/remove", get(remove))
            .route("/deeds/{deed_id}", get(deed))
            .route("/named/{deed_id}", get(named))
            .route("/trusted", get(trusted))
            .route("/hidden", get(hidden))
            .route("/stepped", get(stepped))
            .with_state(self.clone())
            .authenticate(Callers)
    }

    async fn get(&self, path: &str, caller: &str) -> Answer {
        call(&self.routes(), Method::GET, path, caller).await
    }
}

impl SourceOfTruth for App {
    type Error = String;

    async fn account(&self, blank: Identity) -> Result<Option<Identity>, String> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        match blank.subject() {
            "down" => return Err("the directory is down".to_owned()),
            "account-panics" => panic!("in the directory"),
            "account-hangs" => std::future::pending().await,
            _ => {}
        }
        if !self.members.lock().unwrap().is_empty() {
            let org = blank.tenant_id().unwrap_or_default().to_owned();
            let members = self.members.lock().unwrap();
            let roles = members
                .iter()
                .find(|((who, of), _)| *who == blank.subject() && *of == org);
            return Ok(roles.map(|(_, roles)| blank.roles_are(roles.clone())));
        }
        let account = self.accounts.lock().unwrap().get(blank.subject()).cloned();
        let held_back = self.held_back.lock().unwrap().take();
        if let Some(held_back) = held_back {
            let _ = held_back.await;
        }
        Ok(account.map(|(roles, tenant)| {
            let now = blank.roles_are(roles);
            match tenant {
                Some(tenant) => now.tenant(tenant),
                None => now,
            }
        }))
    }

    fn remembered(&self) -> Option<&RememberedAccounts> {
        self.remembered.as_ref()
    }
}

#[derive(Clone, Debug, Resource)]
struct Deed {
    #[key]
    id: u64,
    #[owner]
    author: UserId,
    #[tenant]
    org: String,
}

impl Load for Deed {
    type State = App;
    type Key = u64;
    type Error = String;

    async fn load(id: u64, app: &App) -> Result<Option<Self>, String> {
        app.loads.fetch_add(1, Ordering::Relaxed);
        let author = UserId("ann".to_owned());
        Ok((id == 1).then(|| Self {
            id,
            author,
            org: "acme".to_owned(),
        }))
    }
}

/// the caller writes, as far as one knows
#[condition]
fn writes(caller: &Principal, app: State<App>) -> bool {
    app.conditions.fetch_add(1, Ordering::Relaxed);
    caller.has_role(Role::Writer)
}

/// the request only reads
#[condition]
fn reads(context: &Context, app: State<App>) -> bool {
    app.conditions.fetch_add(100, Ordering::Relaxed);
    context.method().is_some_and(Method::is_safe)
}

#[requires(role = "writer", fresh)]
async fn write(me: Principal) -> String {
    me.subject().to_owned()
}

#[requires(role = "writer", fresh(within = "30s"))]
async fn tolerant() -> &'static str {
    "tolerant"
}

#[requires(permission = "note:delete", scope = "notes", fresh)]
async fn remove() -> &'static str {
    "removed"
}

#[requires(owns = "deed", fresh)]
async fn deed(deed: Granted<Deed>) -> String {
    deed.id.to_string()
}

/// Who may sell a deed.
#[derive(Debug)]
#[policy(owns = "deed", role = "writer", fresh(within = "1m"))]
struct SellDeed;

#[requires(policy = SellDeed, fresh(within = "2m"))]
async fn named(deed: Granted<Deed, SellDeed>) -> String {
    deed.id.to_string()
}

#[requires(when = writes, when = reads, fresh)]
async fn trusted() -> &'static str {
    "trusted"
}

#[requires(role = "writer", hide, fresh)]
async fn hidden() -> &'static str {
    "hidden"
}

#[requires(role = "writer", fresh, step_up(acr = "mfa"))]
async fn stepped() -> &'static str {
    "stepped"
}

#[tokio::test]
async fn a_role_that_was_taken_away_no_longer_counts_and_one_that_was_given_not_yet() {
    let app = App::with(&[
        ("ann", &[Role::Writer], None),
        ("bob", &[Role::Reader], None),
        ("cy", &[Role::Admin], None),
    ]);
    for (caller, status) in [
        ("ann; writer", 200),
        ("bob; writer", 403),
        // The credential states roles, and this one is not among them.
        ("cy; reader", 403),
        ("cy; writer", 200),
        ("", 401),
    ] {
        assert_eq!(app.get("/write", caller).await.status(), status, "{caller}");
    }
    app.now("ann", &[], None);
    assert_eq!(app.get("/write", "ann; writer").await.status(), 403);
}

#[tokio::test]
async fn what_the_credential_has_no_claim_for_is_the_accounts_alone() {
    let app = App::with(&[("ann", &[Role::Admin], None), ("bob", &[], None)]);
    assert_eq!(app.get("/write", "ann").await.status(), 200);
    assert_eq!(app.get("/write", "bob").await.status(), 403);
    assert_eq!(app.get("/remove", "ann; scope=notes").await.status(), 200);
    // Scopes stay the credential's.
    assert_eq!(app.get("/remove", "ann").await.status(), 403);
    // Roles that grant no such permission tell that it is not held.
    assert_eq!(
        app.get("/remove", "ann; writer; scope=notes")
            .await
            .status(),
        403
    );
    assert_eq!(
        app.get("/remove", "ann; may-delete; scope=notes")
            .await
            .status(),
        200
    );
    assert_eq!(
        app.get("/remove", "bob; may-delete; scope=notes")
            .await
            .status(),
        403
    );
}

#[tokio::test]
async fn an_account_that_is_gone_makes_the_credential_invalid() {
    let app = App::with(&[]);
    for path in ["/write", "/hidden"] {
        let answer = app.get(path, "ann; writer").await;
        assert_eq!(
            (answer.status(), answer.code().as_str()),
            (401, "invalid_token")
        );
        assert_eq!(
            answer.header("www-authenticate"),
            r#"Caller realm="notes", error="invalid_token""#
        );
    }
    assert_eq!(app.get("/write", "ann").await.code(), "invalid_token");
}

#[tokio::test(start_paused = true)]
async fn a_source_that_does_not_answer_is_503_and_no_grant() {
    let app = App::with(&[]);
    for caller in [
        "down; writer",
        "account-panics; writer",
        "account-hangs; writer",
        "down",
    ] {
        let answer = app.get("/write", caller).await;
        assert_eq!(
            (answer.status(), answer.code().as_str()),
            (503, "unavailable"),
            "{caller}"
        );
    }
}

#[tokio::test]
async fn it_is_asked_once_and_only_if_the_rest_holds() {
    let app = App::with(&[
        ("ann", &[Role::Writer], Some("acme")),
        ("bob", &[Role::Writer], None),
    ]);
    for (path, caller, status) in [
        ("/write", "ann; reader", 403),
        ("/write", "", 401),
        ("/deeds/1", "bob; tenant=acme", 403),
        ("/deeds/404", "ann; tenant=acme", 404),
        ("/remove", "ann; writer", 403),
    ] {
        assert_eq!(
            app.get(path, caller).await.status(),
            status,
            "{path} by {caller}"
        );
    }
    assert_eq!(app.asked(), 0);
    let answer = app.get("/named/1", "ann; writer; tenant=acme").await;
    assert_eq!((answer.status(), app.asked()), (200, 1));
    // The resource is the one that was loaded for the first look.
    app.loads.store(0, Ordering::Relaxed);
    assert_eq!(app.get("/deeds/1", "ann; tenant=acme").await.status(), 200);
    assert_eq!((app.asked(), app.loads.load(Ordering::Relaxed)), (2, 1));
}
