//! A program of a person's text, at the same issuer, ends the person's sessions.

use auth_core::{
    StoredIdentity,
    authentication::api_key::{ApiKeys, MemoryApiKeys},
};

use auth_edge_tests::logins::{Browser, routes, sessions};

#[tokio::test]
async fn a_program_ends_nobodys_sessions() {
    let sessions = sessions();
    let keys = ApiKeys::new("notes", MemoryApiKeys::default()).issuer("accounts");
    let app = routes(&sessions).authenticate((sessions.clone(), keys.clone()));
    let mut ann = Browser::logged_in(&app, "ann").await;
    // A program whose owner gave it her name: another subject (RFC 9700 §4.15).
    let key = keys
        .issue(StoredIdentity::machine("ann"))
        .await
        .expect("memory");
    let key = format!("ApiKey {}", key.reveal());
    let by_key = [("authorization", key.as_str())];
    let mut program = Browser::default();
    let listed = sessions
        .of_subject("accounts", "ann")
        .await
        .expect("memory");
    let one = format!("/end/{}", listed[0].handle);
    let ended = program.send(&app, "POST", &one, &by_key).await;
    assert_eq!(ended.body, "false", "it isn't the program's");
    program.send(&app, "POST", "/end-others", &by_key).await;
    assert_eq!(ann.get(&app, "/writes").await.status(), 200);
}

#[tokio::test]
async fn a_program_ends_not_all_of_a_persons_others() {
    let sessions = sessions();
    let keys = ApiKeys::new("notes", MemoryApiKeys::default()).issuer("accounts");
    let app = routes(&sessions).authenticate((sessions.clone(), keys.clone()));
    let mut ann = Browser::logged_in(&app, "ann").await;
    let key = keys
        .issue(StoredIdentity::machine("ann"))
        .await
        .expect("memory");
    let key = format!("ApiKey {}", key.reveal());
    let by_key = [("authorization", key.as_str())];
    let mut program = Browser::default();
    program.send(&app, "POST", "/end-others", &by_key).await;
    assert_eq!(ann.get(&app, "/writes").await.status(), 200);
}
