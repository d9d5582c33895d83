//! A time that means "never" is taken, and nothing can be judged with it.

use std::time::Duration;

use auth_edge_tests::logins::{Browser, app, sessions};

#[tokio::test]
async fn sessions_that_never_end_idle_count() {
    let app = app(&sessions().idle_timeout(Duration::MAX));
    let mut browser = Browser::logged_in(&app, "ann").await;
    assert_eq!(browser.get(&app, "/writes").await.status(), 200);
}

#[tokio::test]
async fn sessions_that_never_end_begin() {
    let app = app(&sessions().absolute_timeout(Duration::MAX));
    Browser::logged_in(&app, "ann").await;
}
