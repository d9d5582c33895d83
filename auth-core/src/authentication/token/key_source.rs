use std::{fmt, time::Duration};

use async_trait::async_trait;

/// Where an issuer publishes its keys. The app may bring its own: a file, a vault.
///
/// It is asked seldom: when no key is known, before what is known gets old, and for a key that is
/// not known, one call at a time. An error means that the keys can't be had now; those that are
/// known stay in use for a while.
#[async_trait]
pub trait KeySource: Send + Sync + 'static {
    /// The JWK set as it is published now.
    ///
    /// # Errors
    ///
    /// Why it can't be had, for the log.
    async fn fetch(&self) -> Result<PublishedKeys, String>;
}

/// A JWK set as its issuer publishes it.
#[derive(Clone)]
#[non_exhaustive]
pub struct PublishedKeys {
    /// The set (RFC 7517 §5), as text.
    pub set: Vec<u8>,
    /// How long it may be kept, where the issuer says.
    pub max_age: Option<Duration>,
}

/// A set that was published by mistake may hold private keys.
impl fmt::Debug for PublishedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublishedKeys")
            .field("bytes", &self.set.len())
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}

impl PublishedKeys {
    /// A set, kept as long as the app keeps any.
    #[must_use]
    pub fn new(set: impl Into<Vec<u8>>) -> Self {
        Self {
            set: set.into(),
            max_age: None,
        }
    }
}
