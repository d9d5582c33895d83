use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use auth_edge_tests::ChromeDriver;
use thirtyfour::{
    By, ChromiumLikeCapabilities, DesiredCapabilities, WebDriver, WebElement,
    error::WebDriverResult,
};

/// A Chromium without a window, which reaches this machine and nothing else.
///
/// It is one person's: what it shows is of the tab that was used last. Dropping it waits for its end, while
/// its pages may wait for a server of the test's: that needs a runtime of several threads.
pub(crate) struct Browser {
    driver: WebDriver,
    _chrome_driver: ChromeDriver,
}

const LONGEST_WAIT: Duration = Duration::from_secs(10);
const A_MOMENT: Duration = Duration::from_millis(50);

impl Browser {
    /// Starts one; none where it isn't installed.
    pub(crate) async fn start() -> Option<Self> {
        let chrome_driver = ChromeDriver::start()?;
        let mut wished = DesiredCapabilities::chrome();
        for flag in [
            "--headless=new",
            // The tests of a container run as root.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--window-size=1000,700",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        ] {
            wished.add_arg(flag).expect("a flag");
        }
        let driver = WebDriver::new(chrome_driver.url(), wished).await;
        Some(Self {
            driver: driver.expect("chromedriver starts a Chromium"),
            _chrome_driver: chrome_driver,
        })
    }

    pub(crate) async fn go(&self, url: &str) {
        self.driver.goto(url).await.expect("a page");
    }

    pub(crate) async fn reload(&self) {
        self.driver.refresh().await.expect("a page");
    }

    /// Waits until a page has led somewhere.
    pub(crate) async fn is_led_to(&self, url: &str) {
        let led = tokio::time::timeout(LONGEST_WAIT, async {
            while self.url().await != url {
                tokio::time::sleep(A_MOMENT).await;
            }
        });
        assert!(
            led.await.is_ok(),
            "on {} and not on {url}:\n{}",
            self.url().await,
            self.text().await
        );
    }

    pub(crate) async fn url(&self) -> String {
        self.driver.current_url().await.expect("a page").into()
    }

    /// Opens a second tab, and stays in it.
    pub(crate) async fn new_tab(&self) {
        let tab = self.driver.new_tab().await.expect("a tab");
        self.driver.switch_to_window(tab).await.expect("a tab");
    }

    /// Goes to the first tab, or the second.
    pub(crate) async fn tab(&self, number: usize) {
        let tabs = self.driver.windows().await.expect("tabs");
        let tab = tabs[number - 1].clone();
        self.driver.switch_to_window(tab).await.expect("a tab");
    }

    pub(crate) async fn click(&self, selector: &str) {
        let clicked = self.element(selector, async |element| element.click().await);
        clicked.await;
    }

    pub(crate) async fn write(&self, selector: &str, text: &str) {
        let written = self.element(selector, async |element| element.send_keys(text).await);
        written.await;
    }

    /// What an element says.
    pub(crate) async fn said(&self, selector: &str) -> String {
        let said = self.element(selector, async |element| element.text().await);
        said.await
    }

    /// Does something with the element that is there, or will be soon: a page that goes away meanwhile
    /// takes its elements along.
    async fn element<T>(
        &self,
        selector: &str,
        act: impl AsyncFn(WebElement) -> WebDriverResult<T>,
    ) -> T {
        let end = Instant::now() + LONGEST_WAIT;
        loop {
            let acted = match self.driver.find(By::Css(selector)).await {
                Ok(element) => act(element).await,
                Err(error) => Err(error),
            };
            match acted {
                Ok(result) => return result,
                Err(error) if Instant::now() > end => {
                    let (url, text) = (self.url().await, self.text().await);
                    panic!("{selector}: {error}\non {url}:\n{text}");
                }
                Err(_) => tokio::time::sleep(A_MOMENT).await,
            }
        }
    }

    /// What the page says.
    pub(crate) async fn text(&self) -> String {
        let body = self.driver.find(By::Css("body")).await.expect("a page");
        body.text().await.expect("a text")
    }

    /// Runs a script of the page's, which hands its result to `done`.
    pub(crate) async fn run(&self, script: &str) -> String {
        let script = format!("const done = arguments[arguments.length - 1];{script}");
        let result = self.driver.execute_async(script, Vec::new()).await;
        result
            .and_then(|result| result.convert())
            .expect("a text as its result")
    }

    /// Keeps a picture of what is shown, to be looked at.
    pub(crate) async fn picture(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join(format!("{name}.png"));
        self.driver.screenshot(&file).await.expect("a picture");
    }
}
