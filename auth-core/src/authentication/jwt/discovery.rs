use async_trait::async_trait;
use reqwest::Url;
use serde::Deserialize;

use super::{
    document::{Document, Documents, address},
    key_source::{KeySource, PublishedKeys},
};

/// A key set at an address that the app was told.
pub(super) struct JwksUrl {
    url: Url,
    documents: Documents,
}

impl JwksUrl {
    pub(super) fn new(url: &str) -> Result<Self, String> {
        Ok(Self {
            url: address(url)?,
            documents: Documents::new()?,
        })
    }
}

#[async_trait]
impl KeySource for JwksUrl {
    async fn fetch(&self) -> Result<PublishedKeys, String> {
        published(&self.documents, self.url.clone()).await
    }
}

/// A key set where the issuer's own description of itself says: OpenID Connect Discovery 1.0 §4,
/// else RFC 8414 §3.
pub(super) struct Discovery {
    issuer: String,
    addresses: [Url; 2],
    documents: Documents,
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
                "{issuer:?} has a query or fragment: it can't be discovered"
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
            documents: Documents::new()?,
        })
    }

    async fn described(&self) -> Result<Document, String> {
        let [first, second] = &self.addresses;
        match self.documents.get(first.clone()).await {
            Ok(document) => Ok(document),
            Err(why) => {
                let other = self.documents.get(second.clone()).await;
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
        published(&self.documents, address(&described.jwks_uri)?).await
    }
}

async fn published(documents: &Documents, url: Url) -> Result<PublishedKeys, String> {
    let document = documents.get(url).await?;
    Ok(PublishedKeys {
        set: document.body,
        max_age: document.max_age,
    })
}
