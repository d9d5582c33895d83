use std::time::Duration;

use crate::{browser::Browser, noticeboard::Noticeboard};

/// A browser, and the app to look at in it; none where either can't be started.
pub(crate) async fn browser_and_board() -> Option<(Browser, Noticeboard)> {
    let browser = Browser::start().await?;
    let board = Noticeboard::start(Duration::from_mins(1)).await?;
    Some((browser, board))
}

/// Through the provider's pages, until the app is there again.
pub(crate) async fn log_in(browser: &Browser, name: &str) {
    browser.write("input[name=login]", name).await;
    browser.write("input[name=password]", "any").await;
    browser.click("form:has([name=login]) button").await;
    // What the app may know of them.
    browser.click("form:has([value=consent]) button").await;
    assert_eq!(browser.said("#caller").await, name);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_logs_in_is_denied_logs_out_and_is_out_in_a_second_tab() {
    let Some((browser, board)) = browser_and_board().await else {
        return;
    };
    browser.go(&board.at("/")).await;
    browser.picture("1-start").await;
    browser.click("#log-in").await;
    browser.said("input[name=login]").await;
    browser.picture("2-provider").await;
    log_in(&browser, "bob").await;
    assert_eq!(browser.url().await, board.at("/board"));
    browser.picture("3-notices").await;

    browser.new_tab().await;
    browser.go(&board.at("/board")).await;
    assert_eq!(browser.said("#caller").await, "bob");
    browser.go(&board.at("/board/new")).await;
    assert_eq!(browser.said("#problem").await, "Not allowed");
    browser.picture("4-denied").await;
    browser.go(&board.at("/board")).await;

    browser.tab(1).await;
    browser.click("#log-out").await;
    browser.said("button[value=yes]").await;
    browser.picture("5-provider-logout").await;
    browser.click("button[value=yes]").await;
    assert_eq!(browser.said("#log-in").await, "Log in");
    assert_eq!(browser.url().await, board.at("/"));

    browser.tab(2).await;
    browser.reload().await;
    // At the provider, which doesn't know them either.
    let provider = board.provider.issuer();
    assert!(browser.url().await.starts_with(provider));
    browser.said("input[name=password]").await;
    browser.picture("6-out-in-the-second-tab").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_writes_and_sees_where_they_are_logged_in() {
    let Some((browser, board)) = browser_and_board().await else {
        return;
    };
    // Where they were going is where they are led.
    browser.go(&board.at("/board/new")).await;
    log_in(&browser, "ann").await;
    assert_eq!(browser.url().await, board.at("/board/new"));
    browser.picture("7-new").await;
    let text = "<script>document.title = 'mine'</script> The lift is out of order.";
    browser.write("textarea", text).await;
    browser.click("#post").await;
    assert_eq!(browser.said(".notices p").await, text);
    browser.picture("8-posted").await;
    browser.go(&board.at("/sessions")).await;
    assert!(browser.said(".sessions").await.contains("(here)"));
    browser.picture("9-sessions").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logout_at_the_provider_is_one_in_the_browser() {
    let Some((browser, board)) = browser_and_board().await else {
        return;
    };
    browser.go(&board.at("/board")).await;
    log_in(&browser, "bob").await;
    browser.new_tab().await;
    browser.go(&board.provider.at("/session/end")).await;
    browser.click("button[value=yes]").await;
    let there = board.provider.at("/session/end/success");
    browser.is_led_to(&there).await;
    browser.tab(1).await;
    browser.go(&board.at("/")).await;
    assert_eq!(browser.said("#log-in").await, "Log in");
}
