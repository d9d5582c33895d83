//! Two apps that share their stores, each with people of its own: who is logged in at one is nobody at the other.

use auth_core::{Guarded, IssuerName};
use auth_edge_tests::logins::{Browser, app, sessions};

#[tokio::test]
async fn a_session_counts_for_the_issuers_that_are_named_and_for_no_other() {
    let shared = sessions();
    let of = |issuer: &str| -> Guarded { app(&shared.clone().issuer(IssuerName::new(issuer))) };
    let (shop, office) = (of("accounts"), of("staff"));
    let mut browser = Browser::logged_in(&shop, "ann").await;
    assert_eq!(browser.get(&shop, "/writes").await.status(), 200);
    let mut elsewhere = browser.clone();
    assert_eq!(elsewhere.get(&office, "/writes").await.status(), 401);
    assert_eq!(browser.get(&shop, "/writes").await.status(), 200);
    // Nor does anybody log in there whom the office doesn't know.
    let login = Browser::default().post(&office, "/login").await;
    assert_eq!(login.status(), 503);
}
