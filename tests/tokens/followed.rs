//! The task that follows a store of revocations: where it ends, another begins.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use auth_core::{
    Authenticator, Bearer, Guarded, PolicyRouter, Revocation, Revocations, async_trait,
    authentication::revocation::{RevocationStore, StoredRevocations},
    routing::get,
};

use crate::{issuer, minted::good, present};

/// It is up all the time; its news panic once.
#[derive(Default)]
struct Panics(AtomicBool);

#[async_trait]
impl RevocationStore for Panics {
    async fn add(&self, _: &Revocation) -> Result<(), String> {
        Ok(())
    }

    async fn since(&self, _: Option<&str>) -> Result<StoredRevocations, String> {
        Ok(StoredRevocations::default())
    }

    async fn changed(&self) {
        let before = self.0.swap(true, Ordering::Relaxed);
        assert!(before, "in the news");
        std::future::pending::<()>().await;
    }
}

const BOUND: Duration = Duration::from_millis(200);

fn app_that_follows(store: Panics) -> (Revocations, Guarded) {
    let revocations = Revocations::stored(store).bound(BOUND);
    let bearer = Bearer::jwt(issuer()).revocable(revocations.clone());
    let app = PolicyRouter::new().route("/guarded", get(crate::guarded));
    (revocations, app.authenticate(bearer))
}

#[tokio::test]
async fn a_panic_in_a_stores_news_ends_no_following() {
    let (_, app) = app_that_follows(Panics::default());
    let token = format!("Bearer {}", good());
    assert_eq!(present(&app, "/guarded", &token).await.status(), 200);
    tokio::time::sleep(2 * BOUND).await;
    // The first to ask begins it anew.
    present(&app, "/guarded", &token).await;
    tokio::time::sleep(BOUND / 2).await;
    assert_eq!(present(&app, "/guarded", &token).await.status(), 200);
}

#[test]
fn a_store_is_followed_in_the_runtime_that_asks_when_another_has_ended() {
    let (revocations, app) = app_that_follows(Panics::default());
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().expect("a runtime")
    };
    let ready = runtime().block_on(revocations.warm_up());
    ready.expect("it is up");
    std::thread::sleep(2 * BOUND);
    runtime().block_on(async {
        let token = format!("Bearer {}", good());
        present(&app, "/guarded", &token).await;
        tokio::time::sleep(BOUND / 2).await;
        assert_eq!(present(&app, "/guarded", &token).await.status(), 200);
    });
}
