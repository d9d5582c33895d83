use std::{error::Error, fmt, future::Future, pin::Pin, time::Duration};

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::{Client, Request, redirect::Policy};
use url::{Host, Url};

/// How the provider is called: not for long, and never elsewhere than it is said to be.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    elsewhere: Client,
    /// Through no proxy: what goes to this machine, in the clear, stays on it.
    here: Client,
}

const LONGEST_WAIT: Duration = Duration::from_secs(5);
const LARGEST_ANSWER_BYTES: usize = 512 * 1024;

impl Http {
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        let client = || {
            Client::builder()
                .redirect(Policy::none())
                .timeout(LONGEST_WAIT)
        };
        Ok(Self {
            elsewhere: client().build()?,
            here: client().no_proxy().build()?,
        })
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = Request::try_from(request)?;
        let client = if is_here(request.url()) {
            &self.here
        } else {
            &self.elsewhere
        };
        let mut answer = client.execute(request).await?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST_ANSWER_BYTES {
                return Err(HttpError::TooLong);
            }
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Why the provider didn't answer.
#[derive(Debug)]
pub(crate) enum HttpError {
    Failed(reqwest::Error),
    TooLong,
}

impl From<reqwest::Error> for HttpError {
    fn from(error: reqwest::Error) -> Self {
        Self::Failed(error)
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "{error}"),
            Self::TooLong => write!(f, "an answer longer than {LARGEST_ANSWER_BYTES} bytes"),
        }
    }
}

impl Error for HttpError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(error) => Some(error),
            Self::TooLong => None,
        }
    }
}
