//! `hide`: who may not know of a resource can't tell it from one that isn't there.

use auth_tests::{
    call,
    notes::{self, MISSING},
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
