use std::time::Duration;

use headers::{CacheControl, HeaderMapExt};
use reqwest::{Client, ClientBuilder, RequestBuilder, Response, StatusCode, Url, redirect::Policy};
use url::form_urlencoded;

/// Calls to an issuer: over https, or http on this very machine.
#[derive(Clone)]
pub(super) struct Outbound {
    elsewhere: Client,
    /// Through no proxy: what goes to this machine stays on it.
    here: Client,
}

/// A document that an issuer publishes.
pub(super) struct Document {
    pub(super) body: Vec<u8>,
    /// How long it may be kept, where the answer says.
    pub(super) max_age: Option<Duration>,
}

/// How long an answer may take to come, all of it.
pub(super) const CALL: Duration = Duration::from_secs(5);
/// No issuer says more; the rest isn't read.
const MOST_BYTES: usize = 512 * 1024;

impl Outbound {
    pub(super) fn new() -> Result<Self, String> {
        // Whoever could redirect could say whose keys count.
        let client = || Client::builder().redirect(Policy::none()).timeout(CALL);
        let built = |client: ClientBuilder| {
            let built = client.build();
            built.map_err(|error| format!("no HTTP client: {error}"))
        };
        Ok(Self {
            elsewhere: built(client())?,
            here: built(client().no_proxy())?,
        })
    }

    fn to(&self, url: &Url) -> &Client {
        if is_here(url) {
            &self.here
        } else {
            &self.elsewhere
        }
    }

    pub(super) async fn get(&self, url: Url) -> Result<Document, String> {
        let answer = ok(self.to(&url).get(url)).await?;
        let control = answer.headers().typed_get::<CacheControl>();
        let max_age = control.and_then(|control| {
            if control.no_store() || control.no_cache() {
                Some(Duration::ZERO)
            } else {
                control.max_age()
            }
        });
        let body = whole(answer).await?;
        Ok(Document { body, max_age })
    }

    /// Posts a form, as the client of that name and secret.
    pub(super) async fn post(
        &self,
        url: Url,
        form: &[(&str, &str)],
        client: Option<(&str, &str)>,
    ) -> Result<Vec<u8>, String> {
        let mut request = self.to(&url).post(url).form(form);
        if let Some((id, secret)) = client {
            // RFC 6749 §2.3.1: both are encoded as a form's values before they are joined.
            let encoded =
                |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            request = request.basic_auth(encoded(id), Some(encoded(secret)));
        }
        let request = request.header(reqwest::header::ACCEPT, "application/json");
        whole(ok(request).await?).await
    }
}

async fn ok(request: RequestBuilder) -> Result<Response, String> {
    let answer = request.send().await;
    let answer = answer.map_err(|error| chain(&error.without_url()))?;
    match answer.status() {
        StatusCode::OK => Ok(answer),
        other => Err(format!("{} answers {other}", shown(answer.url()))),
    }
}

async fn whole(mut answer: Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = answer
        .chunk()
        .await
        .map_err(|error| chain(&error.without_url()))?
    {
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(format!("{} answers more than 512 KiB", shown(answer.url())));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// An address that an issuer may be called at.
pub(super) fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| {
        // A fault is logged, and what can't be read may hold a password or a key where these stand.
        if text.contains(['@', '?', '#']) {
            format!("an address that can't be read: {error}")
        } else {
            format!("the address {text:?}: {error}")
        }
    })?;
    // It would stand in logs.
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "an address with a name or a password in it: `.client(id, secret)` says who we are"
                .to_owned(),
        );
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_here(&url) => Ok(url),
        _ => Err(format!(
            "the address {:?}: an issuer is called over https (http on this machine only)",
            text.split(['?', '#']).next().unwrap_or_default()
        )),
    }
}

/// Whether an address is on this very machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// An address as a log may show it: a query may hold what nobody else should know.
pub(super) fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    shown.to_string()
}

/// An error and what caused it: the outermost alone says little.
fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}
