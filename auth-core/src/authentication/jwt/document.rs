use std::time::Duration;

use headers::{CacheControl, HeaderMapExt};
use reqwest::{Client, Url, redirect::Policy};

/// A document that an issuer publishes: fetched over https, or http from this very machine.
#[derive(Clone)]
pub(super) struct Documents(Client);

pub(super) struct Document {
    pub(super) body: Vec<u8>,
    /// How long it may be kept, where the answer says.
    pub(super) max_age: Option<Duration>,
}

/// How long a document may take to come, all of it.
const CALL: Duration = Duration::from_secs(5);
/// No issuer publishes more; the rest isn't read.
const MOST_BYTES: usize = 512 * 1024;

impl Documents {
    pub(super) fn new() -> Result<Self, String> {
        let client = Client::builder()
            // Whoever could redirect could say whose keys count.
            .redirect(Policy::none())
            .timeout(CALL)
            .build();
        client
            .map(Self)
            .map_err(|error| format!("no HTTP client: {error}"))
    }

    pub(super) async fn get(&self, url: Url) -> Result<Document, String> {
        let said = |error: reqwest::Error| chain(&error);
        let mut answer = self.0.get(url.clone()).send().await.map_err(said)?;
        if answer.status() != reqwest::StatusCode::OK {
            return Err(format!("{url} answers {}", answer.status()));
        }
        let control = answer.headers().typed_get::<CacheControl>();
        let max_age = control.and_then(|control| {
            if control.no_store() || control.no_cache() {
                Some(Duration::ZERO)
            } else {
                control.max_age()
            }
        });
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(said)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(format!("{url} answers more than 512 KiB"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Document { body, max_age })
    }
}

/// An address that keys may be fetched from.
pub(super) fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("the address {text:?}: {error}"))?;
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if loopback => Ok(url),
        _ => Err(format!(
            "the address {text:?}: keys are fetched over https (http from this machine only)"
        )),
    }
}

/// An error and what caused it: the outermost alone says little.
fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}
