use reqwest::{Client, Response, Url, header::LOCATION, redirect::Policy};

use crate::noticeboard::Noticeboard;

/// Somebody at a browser: it keeps cookies, follows links, and sends forms.
pub(crate) struct Person {
    client: Client,
}

/// What a browser shows.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) url: Url,
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Page {
    async fn of(answer: Response) -> Self {
        Self {
            url: answer.url().clone(),
            status: answer.status().as_u16(),
            text: answer.text().await.expect("a page"),
        }
    }
}

impl Person {
    pub(crate) fn new() -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none());
        Self {
            client: client.build().expect("a client"),
        }
    }

    /// Somebody who has just logged in.
    pub(crate) async fn logged_in(board: &Noticeboard, name: &str) -> Self {
        let person = Self::new();
        let page = person.log_in(board, name).await;
        assert_eq!((page.status, page.url.path()), (200, "/board"), "{page:?}");
        person
    }

    /// Logs in, to read the notices.
    pub(crate) async fn log_in(&self, board: &Noticeboard, name: &str) -> Page {
        let page = self.go(&board.at("/login?then=/board")).await;
        self.through(page, board, name).await
    }

    /// Through the provider's pages, and back.
    pub(crate) async fn through(&self, mut page: Page, board: &Noticeboard, name: &str) -> Page {
        while page.url.as_str().starts_with(board.provider.issuer()) {
            page = self
                .submit(&page, &[("login", name), ("password", "x")])
                .await;
        }
        page
    }

    /// Logs in up to where the provider sends the browser back.
    pub(crate) async fn callback(&self, board: &Noticeboard, name: &str) -> Url {
        let mut answer = self.step(&board.at("/login?then=/board")).await;
        loop {
            let Some(to) = leads_to(&answer) else {
                let form = [("login", name), ("password", "x")];
                answer = self.submit_step(&Page::of(answer).await, &form).await;
                continue;
            };
            if to.path() == "/callback" {
                return to;
            }
            answer = self.step(to.as_str()).await;
        }
    }

    /// One answer, a redirection too.
    pub(crate) async fn step(&self, url: &str) -> Response {
        let request = self.client.get(url).header("accept", "text/html");
        request.send().await.expect("it is up")
    }

    pub(crate) async fn go(&self, url: &str) -> Page {
        let answer = self.step(url).await;
        self.follow(answer).await
    }

    pub(crate) async fn post(&self, url: &str, form: &[(&str, &str)]) -> Page {
        let answer = self.post_step(url, form).await;
        self.follow(answer).await
    }

    async fn post_step(&self, url: &str, form: &[(&str, &str)]) -> Response {
        let request = self.client.post(url).header("accept", "text/html");
        request.form(form).send().await.expect("it is up")
    }

    /// Where an answer leads in the end.
    async fn follow(&self, mut answer: Response) -> Page {
        while let Some(to) = leads_to(&answer) {
            answer = self.step(to.as_str()).await;
        }
        Page::of(answer).await
    }

    /// Sends the form of a page, with its hidden fields and these.
    pub(crate) async fn submit(&self, page: &Page, filled: &[(&str, &str)]) -> Page {
        let answer = self.submit_step(page, filled).await;
        self.follow(answer).await
    }

    /// The same, up to the first answer.
    async fn submit_step(&self, page: &Page, filled: &[(&str, &str)]) -> Response {
        let action = attribute(&page.text, "action").expect("a form");
        let action = page.url.join(&action).expect("an address");
        let inputs = page.text.split("<input").skip(1);
        let hidden: Vec<_> = inputs
            .filter_map(|input| input.split('>').next())
            .filter(|input| input.contains("hidden"))
            .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)))
            .collect();
        let hidden = hidden.iter().map(|(name, value)| (&**name, &**value));
        let form: Vec<_> = hidden.chain(filled.iter().copied()).collect();
        self.post_step(action.as_str(), &form).await
    }
}

/// Where a redirection leads.
pub(crate) fn leads_to(answer: &Response) -> Option<Url> {
    let to = answer.headers().get(LOCATION)?.to_str().expect("ASCII");
    Some(answer.url().join(to).expect("an address"))
}

fn attribute(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("{name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("&amp;", "&"))
}
