//! `hide`: who may not know of a resource can't tell it from one that isn't there.

use auth_core::{
    Granted, Guarded, Identity, Load, PolicyRouter, Resource, SourceOfTruth, requires, routing::get,
};
use auth_tests::{
    Callers, call,
    notes::{self, MISSING, Role, UserId},
};
use http::Method;

#[tokio::test]
async fn a_hidden_denial_is_the_missing_resources_answer_byte_for_byte() {
    let app = notes::app(notes::state());
    for method in [Method::GET, Method::HEAD] {
        let denied = call(&app, method.clone(), "/hidden/1", "bob").await;
        let missing = call(&app, method, &format!("/hidden/{MISSING}"), "bob").await;
        assert_eq!(denied.status(), 404);
        assert_eq!(denied.head.headers, missing.head.headers);
        assert_eq!(denied.body, missing.body);
    }
    assert_eq!(
        call(&app, Method::GET, "/hidden/1", "ann").await.status(),
        200
    );
}

#[tokio::test]
async fn nobody_is_asked_to_log_in_where_the_rule_never_holds_for_nobody() {
    let state = notes::state();
    let app = notes::app(state.clone());
    assert_eq!(call(&app, Method::GET, "/hidden/1", "").await.status(), 401);
    assert_eq!(state.store.loads(), 0);
}

/// It has no account of whoever is called `gone`.
#[derive(Clone, Debug)]
struct App;

impl SourceOfTruth for App {
    type Error = String;

    async fn account(&self, blank: Identity) -> Result<Option<Identity>, String> {
        Ok((blank.subject() != "gone").then(|| blank.roles_are([Role::Writer])))
    }
}

#[derive(Clone, Debug, Resource)]
struct Secret {
    #[key]
    id: u64,
    #[owner]
    author: UserId,
}

impl Load for Secret {
    type State = App;
    type Key = u64;
    type Error = String;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, String> {
        let author = UserId("ann".to_owned());
        Ok((id == 1).then_some(Self { id, author }))
    }
}

#[requires(role = "writer", owns = "secret", hide, fresh)]
async fn secret(secret: Granted<Secret>) -> String {
    secret.id.to_string()
}

fn app() -> Guarded {
    PolicyRouter::new()
        .route("/secrets/{secret_id}", get(secret))
        .with_state(App)
        .authenticate(Callers)
}

#[tokio::test]
async fn what_is_hidden_is_the_missing_ones_answer_to_whose_account_is_gone_too() {
    let app = app();
    assert_eq!(
        call(&app, Method::GET, "/secrets/1", "ann").await.status(),
        200
    );
    for caller in ["bob", "gone; writer", "gone; reader", "gone"] {
        let hidden = call(&app, Method::GET, "/secrets/1", caller).await;
        let missing = call(&app, Method::GET, "/secrets/2", caller).await;
        assert_eq!(
            (hidden.status(), hidden.body),
            (missing.status(), missing.body),
            "{caller}"
        );
    }
}
