use crate::{
    elsewhere::Elsewhere,
    logging_in_and_out::{browser_and_board, log_in},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_another_page_writes_nothing() {
    let Some((browser, board)) = browser_and_board().await else {
        return;
    };
    let elsewhere = Elsewhere::start().await;
    browser.go(&board.at("/board")).await;
    log_in(&browser, "ann").await;
    let forged = format!(
        "const form = document.createElement('form');
         form.method = 'post'; form.action = '{}';
         form.innerHTML = '<input name=text value=forged>';
         document.body.append(form); form.submit(); done('sent');",
        board.at("/board")
    );
    // The cookie comes along, and doesn't count.
    browser.go(&elsewhere.same_site).await;
    browser.run(&forged).await;
    assert_eq!(browser.said("#problem").await, "Not allowed");
    browser.picture("10-forged").await;
    // The browser itself keeps the cookie back.
    browser.go(&elsewhere.cross_site).await;
    browser.run(&forged).await;
    browser.said("#caller").await;
    // The same form of the app's own counts.
    browser.go(&board.at("/board")).await;
    assert!(!browser.text().await.contains("forged"));
    let own = forged.replace("value=forged", "value=genuine");
    browser.run(&own).await;
    assert_eq!(browser.said(".notices p").await, "genuine");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_page_can_only_lead_to_a_login() {
    let Some((browser, board)) = browser_and_board().await else {
        return;
    };
    let elsewhere = Elsewhere::start().await;
    // A login that was begun here can't be finished by a link from there.
    browser.go(&elsewhere.cross_site).await;
    let link = board.at("/callback?state=mine&code=mine");
    browser
        .run(&format!("location.href = '{link}'; done('sent');"))
        .await;
    assert_eq!(browser.said("#problem").await, "That didn't work");
    // Logging somebody out isn't for others either.
    browser.go(&board.at("/board")).await;
    log_in(&browser, "bob").await;
    for url in [&elsewhere.same_site, &elsewhere.cross_site] {
        browser.go(url).await;
        let forged = format!(
            "fetch('{}', {{ method: 'post', mode: 'no-cors', credentials: 'include' }})
               .then(() => done('answered'), () => done('blocked'));",
            board.at("/logout")
        );
        browser.run(&forged).await;
        browser.go(&board.at("/board")).await;
        assert_eq!(browser.url().await, board.at("/board"), "still logged in");
    }
}
