//! A denial explains itself, in the words of its rule.

use auth_core::{Identity, Principal};
use auth_tests::notes::{self, DOWN, EditNote, MISSING, Note, Role};

async fn explained(caller: Identity, key: u64) -> String {
    let (state, caller) = (notes::state(), Principal::for_test(caller));
    let denied = EditNote::authorize(&caller, &state).key::<Note>(key).await;
    denied
        .expect_err("a denial")
        .explanation()
        .unwrap_or_default()
        .to_owned()
}

fn person(name: &str) -> Identity {
    Identity::person("tests", name)
}

#[tokio::test]
async fn what_held_what_did_not_and_what_was_not_needed() {
    assert_eq!(
        explained(person("bob"), 1).await,
        r#"any(owns = "note": did not hold, role = "admin": did not hold), when = "the note is not locked": not needed"#
    );
    assert_eq!(
        explained(person("bob").role(Role::Admin), 3).await,
        r#"any(owns = "note": did not hold, role = "admin": held), when = "the note is not locked": did not hold"#
    );
}

#[tokio::test]
async fn what_could_not_be_told_says_why() {
    let missing = explained(person("bob"), MISSING).await;
    assert!(
        missing.contains(r#"owns = "note": unknown: the resource is missing"#),
        "{missing}"
    );
    let down = explained(person("bob"), DOWN).await;
    assert!(
        down.contains(r#"unknown: it could not be told ("the store is down")"#),
        "{down}"
    );
}
