//! What caches may keep.

use auth_tests::{call, notes};
use http::Method;

#[tokio::test]
async fn denials_are_stored_by_nobody_and_guarded_answers_by_no_shared_cache() {
    let app = notes::app(notes::state());
    let denied = call(&app, Method::GET, "/whoami", "").await;
    assert_eq!(
        (denied.header("cache-control"), denied.header("vary")),
        ("no-store", "x-caller")
    );
    let granted = call(&app, Method::GET, "/whoami", "ann").await;
    assert_eq!(
        (granted.header("cache-control"), granted.header("vary")),
        ("private", "x-caller")
    );
    let public = call(&app, Method::GET, "/health", "").await;
    assert_eq!(
        (public.header("cache-control"), public.header("vary")),
        ("", "")
    );
}
