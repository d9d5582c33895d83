use std::{fmt, sync::Arc, time::Duration};

use super::Issuer;
use crate::authentication::token::{
    algorithm::Algorithm, key::Key, key_set::KeySet, key_source::KeySource,
};

/// The keys an app was told of, as it was told.
#[derive(Clone)]
pub(in crate::authentication::token) struct Keys {
    pub(in crate::authentication::token) fixed: KeySet,
    /// JWK sets, read when all is said about which algorithms are taken.
    pub(in crate::authentication::token) sets: Vec<Vec<u8>>,
    pub(in crate::authentication::token) source: Option<Arc<dyn KeySource>>,
    pub(in crate::authentication::token) allowed: Vec<Algorithm>,
    pub(in crate::authentication::token) outage: Duration,
}

impl Keys {
    #[cfg(feature = "jwks")]
    pub(in crate::authentication::token) fn is_given(&self) -> bool {
        !self.fixed.is_empty() || !self.sets.is_empty() || self.source.is_some()
    }
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            fixed: KeySet::default(),
            sets: Vec::new(),
            source: None,
            allowed: Vec::new(),
            outage: Duration::from_hours(1),
        }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("fixed", &self.fixed)
            .field("sets", &self.sets.len())
            .field("published", &self.source.is_some())
            .finish_non_exhaustive()
    }
}

macro_rules! keys {
    ($($name:ident $algorithm:ident $what:literal),* $(,)?) => { $(
        #[doc = concat!("Adds a public key in PEM for ", $what, ".")]
        pub fn $name(self, pem: impl AsRef<[u8]>) -> Self {
            self.key(Key::pem(Algorithm::$algorithm, pem.as_ref()))
        }
    )* };
}

/// Which keys it signs with: said here, or published by the issuer.
impl Issuer {
    /// Adds a shared secret for HMAC with SHA-256, of 32 bytes or more.
    pub fn hs256(self, secret: impl AsRef<[u8]>) -> Self {
        self.key(Key::secret(Algorithm::Hs256, None, secret.as_ref()))
    }

    /// Adds a shared secret for HMAC with SHA-384, of 48 bytes or more.
    pub fn hs384(self, secret: impl AsRef<[u8]>) -> Self {
        self.key(Key::secret(Algorithm::Hs384, None, secret.as_ref()))
    }

    /// Adds a shared secret for HMAC with SHA-512, of 64 bytes or more.
    pub fn hs512(self, secret: impl AsRef<[u8]>) -> Self {
        self.key(Key::secret(Algorithm::Hs512, None, secret.as_ref()))
    }

    keys! {
        rs256 Rs256 "RSA PKCS#1 v1.5 with SHA-256", rs384 Rs384 "RSA PKCS#1 v1.5 with SHA-384",
        rs512 Rs512 "RSA PKCS#1 v1.5 with SHA-512", ps256 Ps256 "RSA-PSS with SHA-256",
        ps384 Ps384 "RSA-PSS with SHA-384", ps512 Ps512 "RSA-PSS with SHA-512",
        es256 Es256 "ECDSA on P-256", es384 Es384 "ECDSA on P-384", eddsa EdDsa "Ed25519",
    }

    /// Adds a key as a JWK (RFC 7517), with its own `alg` or the usual one of its type.
    pub fn jwk(self, jwk: impl AsRef<[u8]>) -> Self {
        self.jwks_json(jwk)
    }

    /// Adds the keys of a JWK set (RFC 7517 §5). Those that can't be used are skipped, each with its
    /// reason in the log; a set of none that can is refused.
    pub fn jwks_json(mut self, set: impl AsRef<[u8]>) -> Self {
        self.keys.sets.push(set.as_ref().to_owned());
        self
    }

    /// The issuer publishes its keys there: fetched over https (http only from this machine), kept
    /// fresh, and kept in use through an outage.
    #[cfg(feature = "jwks")]
    pub fn jwks(mut self, url: impl AsRef<str>) -> Self {
        use crate::authentication::token::discovery::JwksUrl;
        match JwksUrl::new(url.as_ref()) {
            Ok(source) => self.keys_from(source),
            Err(fault) => {
                self.faults.push(fault);
                self
            }
        }
    }

    /// The issuer says where its keys are published: in its OpenID Connect discovery document, else
    /// in its RFC 8414 metadata. The document's `issuer` must be this one's name.
    #[cfg(feature = "jwks")]
    pub fn discover(mut self) -> Self {
        use crate::authentication::token::discovery::Discovery;
        match Discovery::new(&self.name) {
            Ok(source) => self.keys_from(source),
            Err(fault) => {
                self.faults.push(fault);
                self
            }
        }
    }

    /// The keys come from a source of the app's own.
    pub fn keys_from(mut self, source: impl KeySource) -> Self {
        if self.keys.source.is_some() {
            self.faults
                .push("two places that publish its keys: leave one out".to_owned());
        }
        self.keys.source = Some(Arc::new(source));
        self
    }

    /// How long known keys stay in use when the issuer can't be asked for them, beyond the ten
    /// minutes that they are kept anyway: an hour unless said otherwise. After that, tokens can't be
    /// judged (503).
    pub fn outage(mut self, bound: Duration) -> Self {
        self.keys.outage = bound;
        self
    }

    fn key(mut self, key: Result<Key, String>) -> Self {
        match key {
            Ok(key) => self.keys.fixed.add(key),
            Err(fault) => self.faults.push(fault),
        }
        self
    }
}
