use std::{fmt, time::Duration};

use jsonwebtoken::Algorithm;

use super::{key::Key, names::Source};
use crate::{Permissions, Roles};

/// An issuer of access tokens: who it is, which keys it signs with, and where its claims stand.
///
/// What can't work is refused when it is made into an authenticator, all faults at once.
#[derive(Clone)]
#[must_use = "an issuer does nothing until `Bearer::jwt` takes it"]
pub struct Issuer {
    pub(super) name: String,
    pub(super) audiences: Vec<String>,
    pub(super) keys: Vec<Key>,
    pub(super) sources: Vec<Source>,
    pub(super) scopes_at: Option<Vec<String>>,
    pub(super) tenant_at: Option<Vec<String>>,
    pub(super) untyped: bool,
    pub(super) foreign: bool,
    pub(super) leeway: Duration,
    pub(super) faults: Vec<String>,
}

/// Everything about an issuer that can't work, all at once.
#[derive(Clone, Debug)]
pub struct IssuerFaults {
    pub(super) issuer: String,
    pub(super) faults: Vec<String>,
}

impl fmt::Display for IssuerFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the issuer {:?} can't work", self.issuer)?;
        for fault in &self.faults {
            write!(f, "\n  - {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for IssuerFaults {}

macro_rules! keys {
    ($($name:ident $algorithm:ident $what:literal),* $(,)?) => { $(
        #[doc = concat!("Adds a public key in PEM for ", $what, ".")]
        pub fn $name(self, pem: impl AsRef<[u8]>) -> Self {
            self.key(Key::pem(Algorithm::$algorithm, pem.as_ref()))
        }
    )* };
}

impl Issuer {
    /// The issuer that names itself so in `iss`: compared whole.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            audiences: Vec::new(),
            keys: Vec::new(),
            sources: Vec::new(),
            scopes_at: None,
            tenant_at: None,
            untyped: false,
            foreign: false,
            leeway: Duration::from_secs(10),
            faults: Vec::new(),
        }
    }

    /// Who we are in `aud`: a token for somebody else is refused.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Adds a shared secret for HMAC with SHA-256, of 32 bytes or more.
    pub fn hs256(self, secret: impl AsRef<[u8]>) -> Self {
        self.key(Key::secret(secret.as_ref()))
    }

    keys! {
        rs256 RS256 "RSA PKCS#1 v1.5 with SHA-256", rs384 RS384 "RSA PKCS#1 v1.5 with SHA-384",
        rs512 RS512 "RSA PKCS#1 v1.5 with SHA-512", ps256 PS256 "RSA-PSS with SHA-256",
        ps384 PS384 "RSA-PSS with SHA-384", ps512 PS512 "RSA-PSS with SHA-512",
        es256 ES256 "ECDSA on P-256", es384 ES384 "ECDSA on P-384", eddsa EdDSA "Ed25519",
    }

    /// Adds a public key as a JWK that names its `alg`.
    pub fn jwk(self, jwk: &str) -> Self {
        self.key(Key::jwk(jwk))
    }

    fn key(mut self, key: Result<Key, String>) -> Self {
        match key {
            Ok(key) => self.keys.push(key),
            Err(fault) => self.faults.push(fault),
        }
        self
    }

    /// The claim `roles` (RFC 9068 §2.2.3.1) becomes the app's roles.
    pub fn roles<R: Roles>(self) -> Self {
        self.roles_at::<R>(["roles"])
    }

    /// The claim `permissions` becomes the app's permissions.
    pub fn permissions<P: Permissions>(self) -> Self {
        self.permissions_at::<P>(["permissions"])
    }

    /// The app's roles stand elsewhere: `["realm_access", "roles"]`, a segment an object's key.
    pub fn roles_at<R: Roles>(
        mut self,
        place: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let place = place.into_iter().map(Into::into).collect();
        self.sources.push(Source {
            vocabulary: R::VOCABULARY,
            place,
        });
        self
    }

    /// The app's permissions stand elsewhere, a segment an object's key.
    pub fn permissions_at<P: Permissions>(
        mut self,
        place: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let place = place.into_iter().map(Into::into).collect();
        self.sources.push(Source {
            vocabulary: P::VOCABULARY,
            place,
        });
        self
    }

    /// Scopes stand elsewhere than in `scope`, else `scp`.
    pub fn scopes_at(mut self, place: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes_at = Some(place.into_iter().map(Into::into).collect());
        self
    }

    /// Where the tenant stands that the caller acts for.
    pub fn tenant_at(mut self, place: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tenant_at = Some(place.into_iter().map(Into::into).collect());
        self
    }

    /// Also takes tokens whose `typ` is `JWT` or absent, as older providers write them. Any other
    /// explicit type stays refused, and so does what only ID and logout tokens carry.
    pub fn allow_untyped(mut self) -> Self {
        self.untyped = true;
        self
    }

    /// Says that this isn't the app's home issuer: plain owner ids never mean its subjects.
    pub fn foreign(mut self) -> Self {
        self.foreign = true;
        self
    }

    /// How far the clocks may differ: a minute at most, ten seconds unless said otherwise.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        if leeway > Duration::from_mins(1) {
            self.faults.push(format!(
                "a leeway of {leeway:?}: it may be a minute at most"
            ));
        }
        self.leeway = leeway;
        self
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("name", &self.name)
            .field("audiences", &self.audiences)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
