use std::time::Duration;

use crate::{noticeboard::Noticeboard, person::Person};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_role_that_is_taken_at_the_provider_is_gone_here_when_it_is_asked_again() {
    let Some(board) = Noticeboard::start(SECOND).await else {
        return;
    };
    let ann = Person::logged_in(&board, "ann").await;
    let may_write = async || ann.go(&board.at("/board/new")).await.status;
    assert_eq!(may_write().await, 200);
    for (roles, status) in [("&role=reader", 403), ("&role=reader&role=writer", 200)] {
        board.provider.told(&format!("roles?of=ann{roles}")).await;
        tokio::time::sleep(SECOND).await;
        // Many at once ask the provider once, and none is turned away for it.
        let read = board.at("/board");
        let many = (0..20).map(|_| ann.go(&read));
        for page in futures_util::future::join_all(many).await {
            assert_eq!(page.status, 200, "{page:?}");
        }
        assert_eq!(may_write().await, status, "{roles}");
    }
}

#[tokio::test]
async fn a_login_that_the_provider_no_longer_renews_has_ended_here() {
    let Some(board) = Noticeboard::start(SECOND).await else {
        return;
    };
    let ann = Person::logged_in(&board, "ann").await;
    board.provider.told("end-grants").await;
    tokio::time::sleep(SECOND).await;
    let page = ann.go(&board.at("/")).await;
    assert!(page.text.contains("Log in"), "she is nobody: {}", page.text);
}

#[tokio::test]
async fn while_the_provider_is_down_those_who_are_logged_in_go_on_for_a_while() {
    let Some(mut board) = Noticeboard::start(SECOND).await else {
        return;
    };
    let ann = Person::logged_in(&board, "ann").await;
    let another = Person::new();
    let back = another.callback(&board, "bob").await;
    board.provider.stop();
    tokio::time::sleep(SECOND).await;
    assert_eq!(ann.go(&board.at("/board/new")).await.status, 200);
    let page = another.go(back.as_str()).await;
    assert_eq!(page.status, 503, "nobody can log in: {page:?}");
    assert!(page.text.contains("Not now"), "{}", page.text);
}
