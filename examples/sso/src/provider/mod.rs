//! The OpenID provider, through `openidconnect`: who it says somebody is, and what they may be.
//!
//! An ID token says that somebody logged in, once, to this app; it opens nothing by itself, and is checked
//! here and nowhere else. What is used from then on is the session.

mod http;
mod login;
mod logout;
mod renewal;
mod tokens;

use std::{
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

use openidconnect::{
    ClientId, ClientSecret, IssuerUrl, ProviderMetadataWithLogout as Metadata, RedirectUrl, Scope,
};
use tokio::sync::Mutex;
use url::Url;

use self::{http::Http, tokens::Client};
pub(crate) use self::{
    login::{Pending, Returned},
    tokens::Stated,
};
use crate::Settings;

/// The provider, and who we are there.
#[derive(Debug)]
pub(crate) struct Provider {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: ClientSecret,
    callback: RedirectUrl,
    home: Url,
    http: Http,
    found: RwLock<Option<(Instant, Metadata)>>,
    /// Held by who asks for that: when it failed last.
    asking: Mutex<Option<Instant>>,
}

/// Why the provider is of no help.
#[derive(Debug)]
pub(crate) enum ProviderError {
    /// It says that the login has ended.
    Ended,
    /// What was sent, by it or by a browser, isn't right.
    Refused(String),
    /// It can't be asked now.
    Unavailable(String),
}

/// A provider that could not be asked is left alone for so long.
const PAUSE: Duration = Duration::from_secs(1);
/// What the provider says of itself is asked again after so long.
const METADATA_KEPT: Duration = Duration::from_mins(10);

impl Provider {
    pub(crate) fn new(settings: &Settings) -> Result<Self, String> {
        let below = |path: &str| {
            let url = settings.url.join(path);
            url.map_err(|error| format!("the url {}: {error}", settings.url))
        };
        Ok(Self {
            issuer: IssuerUrl::new(settings.issuer.clone())
                .map_err(|error| format!("the issuer {}: {error}", settings.issuer))?,
            client_id: ClientId::new(settings.client_id.clone()),
            client_secret: ClientSecret::new(settings.client_secret.clone()),
            callback: RedirectUrl::from_url(below("/callback")?),
            home: below("/")?,
            http: Http::new().map_err(|error| format!("no http client: {error}"))?,
            found: RwLock::default(),
            asking: Mutex::default(),
        })
    }

    /// Who vouches for those who log in.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What the provider says of itself: where it is asked for what, and which keys it signs with.
    async fn metadata(&self, no_older_than: Duration) -> Result<Metadata, ProviderError> {
        if let Some(known) = self.known(no_older_than) {
            return Ok(known);
        }
        // One asks, and who waits for it is told the same: anybody can have it asked for.
        let mut failed = self.asking.lock().await;
        if let Some(known) = self.known(no_older_than) {
            return Ok(known);
        }
        if failed.is_some_and(|since| since.elapsed() < PAUSE) {
            return Err(ProviderError::Unavailable(
                "it could not be asked a moment ago".to_owned(),
            ));
        }
        let metadata = Metadata::discover_async(self.issuer.clone(), &self.http).await;
        *failed = metadata.is_err().then(Instant::now);
        let metadata = metadata.map_err(ProviderError::unavailable)?;
        let mut kept = self.found.write().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }

    fn known(&self, no_older_than: Duration) -> Option<Metadata> {
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        let (since, metadata) = found.as_ref()?;
        (since.elapsed() < no_older_than).then(|| metadata.clone())
    }

    fn client(&self, metadata: Metadata) -> Client {
        Client::from_provider_metadata(
            metadata,
            self.client_id.clone(),
            Some(self.client_secret.clone()),
        )
        .set_redirect_uri(self.callback.clone())
    }
}

/// The scope under which this provider states roles.
fn roles() -> Scope {
    Scope::new("roles".to_owned())
}

impl ProviderError {
    /// With all that led to it: the library's own words for a request that failed are "Request failed".
    fn unavailable(error: impl std::error::Error) -> Self {
        let mut words = error.to_string();
        let mut source = error.source();
        while let Some(deeper) = source {
            words = format!("{words}: {deeper}");
            source = deeper.source();
        }
        Self::Unavailable(words)
    }
}
