use async_trait::async_trait;
use http::{HeaderName, request::Parts};

#[cfg(feature = "jwt")]
use super::token::JwtVerifier as Usual;
use super::{
    Authenticator, Challenge, Fills, IssuerName, Outcome, Presented,
    credential_header::CredentialHeader,
};
use crate::Identity;
// Without signed tokens there is none that could be meant.
#[cfg(not(feature = "jwt"))]
use std::convert::Infallible as Usual;

/// Judges the token that [`Bearer`] found.
#[async_trait]
pub trait TokenVerifier: Send + Sync + 'static {
    /// Who the token names, or why it doesn't verify. Never [`Outcome::Nobody`]: a token is there.
    async fn verify(&self, token: &str) -> Outcome;

    /// See [`Authenticator::still_counts`].
    ///
    /// # Errors
    ///
    /// It can't be told, as of every token unless said otherwise.
    async fn still_counts(&self, _: &Identity) -> Result<bool, String> {
        Err("a token of this kind can't be looked at once more".to_owned())
    }

    /// See [`Authenticator::issuers`].
    fn issuers(&self) -> Vec<IssuerName> {
        Vec::new()
    }

    /// See [`Authenticator::fills`].
    #[doc(hidden)]
    fn fills(&self) -> Option<Fills> {
        None
    }
}

/// Bearer tokens in the `Authorization` header (RFC 6750 §2.1), or in one header of the app's choice.
///
/// It reads that header and nothing else; what a token means is its [`TokenVerifier`]'s matter. `Bearer` alone is the one
/// of signed tokens (`Bearer::jwt`).
#[derive(Debug)]
pub struct Bearer<V = Usual> {
    verifier: V,
    realm: Option<String>,
    header: CredentialHeader,
    by_proxy: bool,
}

impl<V: TokenVerifier> Bearer<V> {
    /// Bearer tokens that `verifier` judges.
    pub fn new(verifier: V) -> Self {
        Self {
            verifier,
            realm: None,
            header: CredentialHeader::authorization("Bearer"),
            by_proxy: false,
        }
    }

    /// A proxy before the app puts the token in, for whoever it knows by a cookie or the like, as oauth2-proxy can.
    ///
    /// It does so whatever page had the browser send the request, so the header is none that clients put in on purpose
    /// ([`Authenticator::deliberate_headers`]). Where the app's own scripts put it in, and their pages are of another origin,
    /// name that as [`PolicyRouter::trusted_origin`](crate::PolicyRouter::trusted_origin).
    #[must_use]
    pub fn by_proxy(mut self) -> Self {
        self.by_proxy = true;
        self
    }

    /// The token stands alone in this header, and not behind `Bearer` in `Authorization`: a proxy
    /// before the app puts it there ([`by_proxy`](Self::by_proxy)).
    #[must_use]
    pub fn in_header(mut self, header: HeaderName) -> Self {
        self.header.name = header;
        self.by_proxy()
    }

    /// The token stands behind this scheme in `Authorization`, and not behind `Bearer`: `Token`, as some apps say. Challenges
    /// name it, too.
    #[must_use]
    pub fn scheme(mut self, scheme: &'static str) -> Self {
        self.header.scheme = scheme;
        self
    }

    #[cfg(feature = "jwt")]
    pub(super) fn map(self, change: impl FnOnce(V) -> V) -> Self {
        Self {
            verifier: change(self.verifier),
            realm: self.realm,
            header: self.header,
            by_proxy: self.by_proxy,
        }
    }

    #[cfg(feature = "jwt")]
    pub(super) fn verifier(&self) -> &V {
        &self.verifier
    }

    /// Names the protection space in challenges.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = Some(realm.into());
        self
    }
}

#[async_trait]
impl<V: TokenVerifier> Authenticator for Bearer<V> {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        match self.token(request) {
            Ok(Some(token)) => self.verifier.verify(token).await,
            Ok(None) => Outcome::Nobody,
            Err(why) => Outcome::Malformed(why),
        }
    }

    async fn still_counts(&self, caller: &Identity) -> Result<bool, String> {
        self.verifier.still_counts(caller).await
    }

    fn challenge(&self) -> Challenge {
        let challenge = Challenge::new(self.header.scheme);
        match &self.realm {
            Some(realm) => challenge.with("realm", realm),
            None => challenge,
        }
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![self.header.name.clone()]
    }

    fn presented(&self, request: &Parts) -> Presented {
        self.header.presented(request)
    }

    fn deliberate_headers(&self) -> Vec<HeaderName> {
        if self.by_proxy {
            Vec::new()
        } else {
            self.credential_headers()
        }
    }

    fn issuers(&self) -> Vec<IssuerName> {
        self.verifier.issuers()
    }

    fn fills(&self) -> Option<Fills> {
        self.verifier.fills()
    }
}

impl<V> Bearer<V> {
    fn token<'r>(&self, request: &'r Parts) -> Result<Option<&'r str>, &'static str> {
        let Some(token) = self.header.text(request)? else {
            return Ok(None);
        };
        // token68 (RFC 9110 §11.2) without looking at what it means.
        let legal = |c: u8| c.is_ascii_alphanumeric() || b"-._~+/=".contains(&c);
        if token.is_empty() || !token.bytes().all(legal) {
            return Err("a header without exactly one token");
        }
        Ok(Some(token))
    }
}
