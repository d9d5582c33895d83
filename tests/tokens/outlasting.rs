//! What outlasts a request isn't handed out by a credential that has ended meanwhile, whatever kind it is.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use auth_core::{
    Authenticator, Bearer, Guarded, Issuer, PolicyRouter, Principal, Revocation, Revocations,
    SubjectKind, async_trait,
    authentication::{
        StoredIdentity,
        api_key::{ApiKeys, MemoryApiKeys},
        revocation::{RevocationStore, StoredRevocations},
        token::Introspection,
    },
    requires,
    routing::get,
};
use auth_tests::notes::Role;
use axum::{
    Router,
    extract::{FromRef, State},
    http::StatusCode,
    routing::post,
};
use serde_json::json;
use tokio::{net::TcpListener, sync::Notify};

use crate::{
    minted::{HEADER, good, now, signed, with_all},
    present,
};

const ISSUER: &str = "https://id.example";

#[derive(Clone)]
struct App {
    keys: ApiKeys,
    entered: Arc<Notify>,
    goes_on: Arc<Notify>,
}

impl FromRef<App> for ApiKeys {
    fn from_ref(app: &App) -> Self {
        app.keys.clone()
    }
}

/// As a body that comes late: the guard has decided, and the handler goes on when it is there.
#[requires(authenticated)]
async fn new_key(me: Principal, app: State<App>) -> Result<String, StatusCode> {
    app.entered.notify_one();
    app.goes_on.notified().await;
    let stands_for = StoredIdentity::person(me.subject());
    let issued = app.keys.issue_own(&me, None, stands_for).await;
    let issued = issued.map_err(|_| StatusCode::CONFLICT)?;
    Ok(issued.reveal().to_owned())
}

fn state(keys: &Arc<MemoryApiKeys>) -> App {
    App {
        keys: ApiKeys::new("notes", Arc::clone(keys)).issuer(ISSUER),
        entered: Arc::default(),
        goes_on: Arc::default(),
    }
}

fn routes(app: &App) -> PolicyRouter {
    PolicyRouter::new()
        .route("/new-key", get(new_key))
        .route("/guarded", get(crate::guarded))
        .with_state(app.clone())
}

async fn status(app: &Guarded, credential: &str) -> u16 {
    present(app, "/guarded", credential).await.status()
}

/// The endpoint: whether the token is active, and when it ends.
async fn endpoint() -> (String, Arc<AtomicBool>, Arc<AtomicU64>) {
    type Said = (Arc<AtomicBool>, Arc<AtomicU64>);
    async fn introspect(State((active, ends)): State<Said>) -> String {
        json!({
            "active": active.load(Ordering::Relaxed), "iss": ISSUER, "aud": "notes", "sub": "ann",
            "client_id": "web", "exp": ends.load(Ordering::Relaxed), "iat": now(),
        })
        .to_string()
    }
    let active = Arc::new(AtomicBool::new(true));
    let ends = Arc::new(AtomicU64::new(now() + 600));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let app = Router::new()
        .route("/", post(introspect))
        .with_state((Arc::clone(&active), Arc::clone(&ends)));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, active, ends)
}

/// What a request gets that was there before something ended, which `meanwhile` ends.
async fn issued_while(
    state: &App,
    served: &Guarded,
    credential: &str,
    meanwhile: impl Future<Output = ()>,
) -> u16 {
    let asking = present(served, "/new-key", credential);
    let ending = async {
        state.entered.notified().await;
        meanwhile.await;
        state.goes_on.notify_one();
    };
    let (answer, ()) = tokio::join!(asking, ending);
    answer.status()
}

#[tokio::test]
async fn an_opaque_token_that_has_ended_by_itself_gets_nobody_a_key() {
    let (url, _, ends) = endpoint().await;
    ends.store(now() + 1, Ordering::Relaxed);
    let issuer = Issuer::new(ISSUER).audience("notes").leeway(Duration::ZERO);
    let keys = Arc::default();
    let state = state(&keys);
    let bearer = Bearer::opaque(issuer, Introspection::at(url));
    let served = routes(&state).authenticate((bearer, state.keys.clone()));
    let issued = issued_while(&state, &served, "Bearer t", async {
        tokio::time::sleep(Duration::from_millis(2_100)).await;
        assert_eq!(status(&served, "Bearer t").await, 401, "it has ended");
    })
    .await;
    assert_eq!(status(&served, "Bearer t").await, 401);
    assert_eq!(issued, 409);
}

#[tokio::test]
async fn a_signed_token_that_has_ended_by_itself_gets_nobody_a_key() {
    let keys = Arc::default();
    let state = state(&keys);
    let issuer = crate::issuer().leeway(Duration::ZERO);
    let served = routes(&state).authenticate((Bearer::jwt(issuer), state.keys.clone()));
    let ends = (now() + 1).to_string();
    let token = format!("Bearer {}", signed(HEADER, &with_all(&[("exp", &ends)])));
    let issued = issued_while(&state, &served, &token, async {
        tokio::time::sleep(Duration::from_millis(2_100)).await;
    })
    .await;
    assert_eq!(issued, 409);
}

#[tokio::test]
async fn an_opaque_token_that_its_issuer_ended_gets_nobody_a_key() {
    let (url, active, _) = endpoint().await;
    let issuer = Issuer::new(ISSUER).audience("notes").leeway(Duration::ZERO);
    let keys = Arc::default();
    let state = state(&keys);
    let bearer = Bearer::opaque(issuer, Introspection::at(url));
    let served = routes(&state).authenticate((bearer, state.keys.clone()));
    let issued = issued_while(&state, &served, "Bearer t", async {
        active.store(false, Ordering::Relaxed);
        let all = state.keys.remove_all(ISSUER, SubjectKind::Person, "ann");
        all.await.expect("memory");
    })
    .await;
    assert_eq!(issued, 409);
}

/// A store that two machines share.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<Revocation>>>);

#[async_trait]
impl RevocationStore for Shared {
    async fn add(&self, revocation: &Revocation) -> Result<(), String> {
        self.0.lock().expect("no panic").push(revocation.clone());
        Ok(())
    }

    async fn since(&self, _: Option<&str>) -> Result<StoredRevocations, String> {
        Ok(StoredRevocations {
            revocations: self.0.lock().expect("no panic").clone(),
            cursor: None,
        })
    }
}

#[tokio::test]
async fn a_token_that_another_machine_revoked_gets_nobody_a_key_that_outlives_the_removal_of_all() {
    // What one machine revokes is known to another within the bound, and a key lasts longer.
    for bound in [5, 90] {
        let (store, keys) = (Shared::default(), Arc::default());
        let here = Revocations::stored(store.clone());
        let there = Revocations::stored(store).bound(Duration::from_secs(bound));
        let state = state(&keys);
        let bearer = Bearer::jwt(crate::issuer()).revocable(there.clone());
        let served = routes(&state).authenticate((bearer, state.keys.clone().revocable(there)));
        let token = format!("Bearer {}", good());
        let issued = issued_while(&state, &served, &token, async {}).await;
        assert_eq!(issued, 200, "it counts");
        let issued = issued_while(&state, &served, &token, async {
            let all = Revocation::subject(ISSUER, "ann");
            here.revoke(all).await.expect("it is up");
            let all = state.keys.remove_all(ISSUER, SubjectKind::Person, "ann");
            all.await.expect("memory");
        })
        .await;
        assert_eq!(issued, 409);
        let left = state
            .keys
            .of_subject(ISSUER, SubjectKind::Person, "ann")
            .await;
        assert_eq!(left.map(|left| left.len()), Ok(0));
    }
}

/// Roles of an app's own, which may be taken away.
struct Roles(Arc<AtomicBool>);

#[async_trait]
impl auth_core::Enrich for Roles {
    async fn enrich(&self, identity: auth_core::Identity) -> auth_core::Outcome {
        let left = !self.0.load(Ordering::Relaxed);
        auth_core::Outcome::known(identity.roles_are(left.then_some(Role::Admin)))
    }
}

#[tokio::test]
async fn a_role_that_an_enrich_took_away_meanwhile_is_in_no_new_key() {
    let keys = Arc::default();
    let state = state(&keys);
    let taken = Arc::new(AtomicBool::new(false));
    let bearer = auth_core::Enriched::new(Bearer::jwt(crate::issuer()), Roles(Arc::clone(&taken)));
    let served = routes(&state).authenticate((bearer, state.keys.clone()));
    let token = format!("Bearer {}", good());
    let issued = issued_while(&state, &served, &token, async {
        taken.store(true, Ordering::Relaxed);
    });
    assert_eq!(issued.await, 409);
    assert_eq!(
        issued_while(&state, &served, &token, async {}).await,
        200,
        "as they are now"
    );
}

/// An app's own accounts: one that is closed is refused, whatever its token says.
struct Closed(Arc<AtomicBool>);

#[async_trait]
impl auth_core::Enrich for Closed {
    async fn enrich(&self, identity: auth_core::Identity) -> auth_core::Outcome {
        if self.0.load(Ordering::Relaxed) {
            return auth_core::Outcome::Refused("the account is closed".to_owned());
        }
        auth_core::Outcome::known(identity)
    }
}

#[tokio::test]
async fn an_account_that_an_enrich_refuses_meanwhile_gets_nobody_a_key() {
    let keys = Arc::default();
    let state = state(&keys);
    let closed = Arc::new(AtomicBool::new(false));
    let bearer =
        auth_core::Enriched::new(Bearer::jwt(crate::issuer()), Closed(Arc::clone(&closed)));
    let served = routes(&state).authenticate((bearer, state.keys.clone()));
    let token = format!("Bearer {}", good());
    let issued = issued_while(&state, &served, &token, async {}).await;
    assert_eq!(issued, 200, "it counts");
    let issued = issued_while(&state, &served, &token, async {
        closed.store(true, Ordering::Relaxed);
        assert_eq!(status(&served, &token).await, 401, "it is closed");
        let all = state.keys.remove_all(ISSUER, SubjectKind::Person, "ann");
        all.await.expect("memory");
    })
    .await;
    assert_eq!(issued, 409);
}

#[derive(Clone, Default)]
struct Published(Arc<Mutex<Vec<serde_json::Value>>>);

#[async_trait]
impl auth_core::authentication::token::KeySource for Published {
    async fn fetch(&self) -> Result<auth_core::authentication::token::PublishedKeys, String> {
        let keys = self.0.lock().expect("no panic").clone();
        Ok(auth_core::authentication::token::PublishedKeys::new(
            json!({ "keys": keys }).to_string(),
        ))
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_whose_key_its_issuer_took_back_gets_nobody_a_key() {
    use crate::pairs::{ec, signed};
    use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    use jsonwebtoken::Algorithm;

    let [stolen, next] = [(); 2].map(|()| ec(&ECDSA_P256_SHA256_FIXED_SIGNING));
    let published = Published::default();
    published
        .0
        .lock()
        .expect("no panic")
        .push(stolen.jwk(Algorithm::ES256, "stolen"));
    let keys = Arc::default();
    let state = state(&keys);
    let issuer = Issuer::new(ISSUER)
        .audience("notes")
        .keys_from(published.clone());
    let served = routes(&state).authenticate((Bearer::jwt(issuer), state.keys.clone()));
    let token = signed(Algorithm::ES256, "ES256", Some("stolen"), &stolen.signing);
    let issued = issued_while(&state, &served, &token, async {
        *published.0.lock().expect("no panic") = vec![next.jwk(Algorithm::ES256, "next")];
        tokio::time::sleep(Duration::from_mins(11)).await;
        assert_eq!(status(&served, &token).await, 401, "its key is gone");
    })
    .await;
    assert_eq!(issued, 409);
}
