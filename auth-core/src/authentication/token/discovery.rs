use async_trait::async_trait;
use reqwest::Url;
use serde::Deserialize;

use super::{
    key_source::{KeySource, PublishedKeys},
    outbound::{Document, Outbound, address, shown},
};

/// A key set at an address that the app was told.
pub(super) struct JwksUrl {
    url: Url,
    outbound: Outbound,
}

impl JwksUrl {
    pub(super) fn new(url: &str) -> Result<Self, String> {
        Ok(Self {
            url: address(url)?,
            outbound: Outbound::new()?,
        })
    }
}

#[async_trait]
impl KeySource for JwksUrl {
    async fn fetch(&self) -> Result<PublishedKeys, String> {
        published(&self.outbound, self.url.clone()).await
    }
}

/// A key set where the issuer's own description of itself says: OpenID Connect Discovery 1.0 §4,
/// else RFC 8414 §3.
pub(super) struct Discovery {
    issuer: String,
    addresses: [Url; 2],
    outbound: Outbound,
}

/// What is read of an issuer's description.
#[derive(Deserialize)]
struct Described {
    issuer: String,
    jwks_uri: String,
}

impl Discovery {
    pub(super) fn new(issuer: &str) -> Result<Self, String> {
        let base = address(issuer)?;
        if base.query().is_some() || base.fragment().is_some() {
            return Err(format!(
                "{:?} has a query or fragment: it can't be discovered",
                shown(&base)
            ));
        }
        let path = base.path().trim_end_matches('/').to_owned();
        let at = |path: String| {
            let mut url = base.clone();
            url.set_path(&path);
            url
        };
        // One puts its words behind the issuer's path, the other before it.
        let addresses = [
            at(format!("{path}/.well-known/openid-configuration")),
            at(format!("/.well-known/oauth-authorization-server{path}")),
        ];
        Ok(Self {
            issuer: issuer.to_owned(),
            addresses,
            outbound: Outbound::new()?,
        })
    }

    async fn described(&self) -> Result<Document, String> {
        let [first, second] = &self.addresses;
        match self.outbound.get(first.clone()).await {
            Ok(document) => Ok(document),
            Err(why) => {
                let other = self.outbound.get(second.clone()).await;
                other.map_err(|other| format!("{why}; {other}"))
            }
        }
    }
}

#[async_trait]
impl KeySource for Discovery {
    async fn fetch(&self) -> Result<PublishedKeys, String> {
        let document = self.described().await?;
        let described: Described = serde_json::from_slice(&document.body)
            .map_err(|error| format!("a description that can't be read: {error}"))?;
        // RFC 8414 §3.3: else one issuer could speak for another.
        if described.issuer != self.issuer {
            return Err(format!(
                "it describes {:?}, another issuer",
                described.issuer
            ));
        }
        let [own, _] = &self.addresses;
        let url = address(&described.jwks_uri)?;
        // Nobody out there says what is fetched from this machine.
        if own.scheme() == "https" && url.scheme() != "https" {
            return Err(format!(
                "its keys are at {}, and not at an https address",
                shown(&url)
            ));
        }
        published(&self.outbound, url).await
    }
}

async fn published(outbound: &Outbound, url: Url) -> Result<PublishedKeys, String> {
    let document = outbound.get(url).await?;
    Ok(PublishedKeys {
        set: document.body,
        max_age: document.max_age,
    })
}
