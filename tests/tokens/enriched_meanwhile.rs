//! What an `Enrich` says of the caller may change before what outlasts the request is handed out.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use auth_core::{
    Bearer, Enrich, Enriched, Guarded, Identity, Outcome, PolicyRouter, Principal, Roles,
    async_trait,
    authentication::{
        StoredIdentity,
        api_key::{ApiKeys, MemoryApiKeys},
    },
    requires,
    routing::get,
};
use axum::{extract::State, http::StatusCode};
use tokio::sync::Notify;

use crate::{minted::good, present};

const ISSUER: &str = "https://id.example";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
enum SiteRole {
    Admin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
enum TeamRole {
    Admin,
}

#[derive(Clone)]
struct App {
    keys: ApiKeys,
    entered: Arc<Notify>,
    goes_on: Arc<Notify>,
}

#[requires(authenticated)]
async fn new_key(me: Principal, app: State<App>) -> Result<String, StatusCode> {
    app.entered.notify_one();
    app.goes_on.notified().await;
    let mut stands_for = StoredIdentity::person(me.subject());
    if me.has_role(SiteRole::Admin) {
        stands_for = stands_for.role(SiteRole::Admin);
    }
    let issued = app.keys.issue_own(&me, None, stands_for).await;
    let issued = issued.map_err(|_| StatusCode::CONFLICT)?;
    Ok(issued.reveal().to_owned())
}

#[requires(role = SiteRole::Admin)]
async fn site() -> &'static str {
    "the whole site"
}

/// What the database says: the first time, and afterwards.
struct Database(Arc<AtomicUsize>, fn(Identity, usize) -> Identity);

#[async_trait]
impl Enrich for Database {
    async fn enrich(&self, identity: Identity) -> Outcome {
        let time = self.0.load(Ordering::Relaxed);
        Outcome::known((self.1)(identity, time))
    }
}

fn served(says: fn(Identity, usize) -> Identity) -> (App, Arc<AtomicUsize>, Guarded) {
    let app = App {
        keys: ApiKeys::new("notes", MemoryApiKeys::default())
            .issuer(ISSUER)
            .roles::<SiteRole>(),
        entered: Arc::default(),
        goes_on: Arc::default(),
    };
    let time = Arc::new(AtomicUsize::new(0));
    let bearer = Enriched::new(
        Bearer::jwt(crate::issuer()),
        Database(Arc::clone(&time), says),
    );
    let served = PolicyRouter::new()
        .route("/new-key", get(new_key))
        .route("/site", get(site))
        .with_state(app.clone())
        .authenticate((bearer, app.keys.clone()));
    (app, time, served)
}

#[tokio::test]
async fn a_role_taken_away_whose_name_another_vocabulary_has_is_in_no_new_key() {
    let (app, time, served) = served(|identity, time| match time {
        0 => identity
            .roles_are([SiteRole::Admin])
            .roles_are::<TeamRole>([]),
        // Demoted: an admin of a team, and no more of the site.
        _ => identity
            .roles_are::<SiteRole>([])
            .roles_are([TeamRole::Admin]),
    });
    let token = format!("Bearer {}", good());
    let asking = present(&served, "/new-key", &token);
    let ending = async {
        app.entered.notified().await;
        time.store(1, Ordering::Relaxed);
        assert_eq!(
            present(&served, "/site", &token).await.status(),
            403,
            "demoted"
        );
        app.goes_on.notify_one();
    };
    let (answer, ()) = tokio::join!(asking, ending);
    let status = answer.status();
    if status == 200 {
        let key = format!("ApiKey {}", answer.body);
        let opens = present(&served, "/site", &key).await.status();
        panic!("a key was handed out, and /site answers it {opens}");
    }
    assert_eq!(status, 409);
}

#[tokio::test]
async fn the_same_rights_in_another_order_are_the_same() {
    let (app, time, served) = served(|identity, time| match time {
        0 => identity.scope("a").scope("b"),
        _ => identity.scope("b").scope("a"),
    });
    let token = format!("Bearer {}", good());
    let asking = present(&served, "/new-key", &token);
    let ending = async {
        app.entered.notified().await;
        time.store(1, Ordering::Relaxed);
        app.goes_on.notify_one();
    };
    let (answer, ()) = tokio::join!(asking, ending);
    assert_eq!(answer.status(), 200);
}
