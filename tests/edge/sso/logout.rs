use std::time::{Duration, Instant};

use crate::{
    noticeboard::Noticeboard,
    person::{Page, Person, leads_to},
};

const MINUTE: Duration = Duration::from_mins(1);

fn is_at_the_provider(board: &Noticeboard, page: &Page) -> bool {
    page.url.as_str().starts_with(board.provider.issuer())
}

#[tokio::test]
async fn logging_out_here_logs_out_there() {
    let Some(board) = Noticeboard::start(MINUTE).await else {
        return;
    };
    let ann = Person::logged_in(&board, "ann").await;
    let page = ann.post(&board.at("/logout"), &[]).await;
    assert!(is_at_the_provider(&board, &page), "{page:?}");
    let page = ann.submit(&page, &[("logout", "yes")]).await;
    assert_eq!(page.url.as_str(), board.at("/"), "it leads back");
    assert!(page.text.contains("Log in"));
    // At the provider, too: it asks who they are again.
    let page = ann.go(&board.at("/board")).await;
    assert!(is_at_the_provider(&board, &page), "{page:?}");
    assert!(page.text.contains("password"), "{}", page.text);
}

#[tokio::test]
async fn a_logout_at_the_provider_ends_the_session_here_at_once() {
    let Some(board) = Noticeboard::start(MINUTE).await else {
        return;
    };
    let (ann, elsewhere) = (
        Person::logged_in(&board, "ann").await,
        Person::logged_in(&board, "ann").await,
    );
    let bob = Person::logged_in(&board, "bob").await;
    // The app isn't asked: she closes the provider's own session, on its own page.
    let page = ann.go(&board.provider.at("/session/end")).await;
    let begun = Instant::now();
    ann.submit(&page, &[("logout", "yes")]).await;
    let page = ann.go(&board.at("/board")).await;
    assert!(is_at_the_provider(&board, &page), "{page:?}");
    println!(
        "out here {:?} after the provider was asked",
        begun.elapsed()
    );
    for (other, why) in [(elsewhere, "another login of hers"), (bob, "another's")] {
        let page = other.go(&board.at("/board")).await;
        assert_eq!(page.url.as_str(), board.at("/board"), "{why}");
    }
}

#[tokio::test]
async fn what_is_no_logout_token_ends_nothing() {
    let Some(board) = Noticeboard::start(MINUTE).await else {
        return;
    };
    let ann = Person::logged_in(&board, "ann").await;
    let backchannel = board.at("/backchannel-logout");
    for (form, status) in [
        (&[("logout_token", "no token")][..], 400),
        (&[("logout_token", "")], 400),
        (&[], 422),
    ] {
        let page = Person::new().post(&backchannel, form).await;
        assert_eq!(page.status, status, "{form:?}");
    }
    let page = ann.go(&board.at("/board")).await;
    assert_eq!(page.url.as_str(), board.at("/board"));
}

#[tokio::test]
async fn one_can_log_out_everywhere_else() {
    let Some(board) = Noticeboard::start(MINUTE).await else {
        return;
    };
    let here = Person::logged_in(&board, "ann").await;
    let there = Person::logged_in(&board, "ann").await;
    let page = here.go(&board.at("/sessions")).await;
    assert_eq!(page.text.matches("<li>").count(), 2, "{}", page.text);
    let page = here.post(&board.at("/sessions/end-others"), &[]).await;
    assert_eq!(page.text.matches("<li>").count(), 1, "{}", page.text);
    // A redirection is followed no further: the provider knows that browser still, and would log it in.
    let answer = there.step(&board.at("/sessions")).await;
    let to = leads_to(&answer).expect("she is sent to log in");
    assert_eq!(to.path(), "/login", "she is out there");
}
