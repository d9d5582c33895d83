//! Spellings of a path that must not lead around its guard, and keys in all their spellings.

use auth_tests::{call, notes};
use http::Method;

#[tokio::test]
async fn no_spelling_of_a_guarded_path_is_open() {
    let app = notes::app(notes::state());
    for path in [
        "/owned/1/",
        "//owned/1",
        "/owned//1",
        "/owned/./1",
        "/health/../owned/1",
        "/owned/1%2f",
        "/owned/1;a=b",
        "/owned/1%00",
        "/owned/1%20",
        "/owned/%ff",
        "/owned/%C0%B1",
        "/owned/%31",
        "/owned/1?note_id=2",
        "/owned/1#2",
        "/OWNED/1",
        "/%6fwned/1",
        "/owned%2f1",
        "/owned/1/../../health",
        "/owned/1.json",
        "/owned/01",
        "/owned/+1",
        "/owned/1e0",
        "/owned/0x1",
        "/owned/\u{661}",
    ] {
        let Ok(uri) = path.parse::<http::Uri>() else {
            continue; // such a request can't even be made
        };
        for caller in ["", "bob; reader", "bob; writer"] {
            let answer = call(&app, Method::GET, &uri.to_string(), caller).await;
            assert!(
                matches!(answer.status(), 401 | 403 | 404),
                "{path} as {caller:?} answers {}: {}",
                answer.status(),
                answer.body
            );
        }
    }
}

#[tokio::test]
async fn the_key_that_is_checked_is_the_key_that_is_loaded() {
    let app = notes::app(notes::state());
    // `%32` is 2, which is bob's: whatever is decided is about the very note that is handed out.
    for (path, caller, status, body) in [
        ("/admin-or-owner/%32", "bob", 200, "2"),
        ("/admin-or-owner/%32", "ann", 403, ""),
        ("/admin-or-owner/1?note_id=2", "ann", 200, "1"),
        ("/admin-or-owner/1?note_id=2", "bob", 403, ""),
    ] {
        let answer = call(&app, Method::GET, path, caller).await;
        assert_eq!(answer.status(), status, "{path} as {caller}");
        if status == 200 {
            assert_eq!(answer.body, body);
        }
    }
}
