mod faults;
mod keys;
mod places;

use std::{fmt, time::Duration};

pub use faults::IssuerFaults;
pub(super) use keys::Keys;

use super::{
    algorithm::Algorithm,
    places::{Place, Places},
};
use crate::authentication::{IssuerName, LONGEST_LEEWAY, USUAL_LEEWAY};

/// An issuer of access tokens: who it is, which keys it signs with, and where its claims stand.
///
/// What can't work is refused when it is made into an authenticator, all faults at once.
#[derive(Clone)]
#[must_use = "an issuer does nothing until `Bearer::jwt` takes it"]
pub struct Issuer {
    pub(super) name: String,
    pub(super) audiences: Vec<String>,
    pub(super) audience_at: Place,
    pub(super) keys: Keys,
    pub(super) places: Places,
    /// Where others that are trusted beside it say whom they name, if not in `sub`.
    pub(super) beside: Vec<(String, Place)>,
    pub(super) required: Vec<String>,
    pub(super) untyped: bool,
    pub(super) unaddressed: bool,
    pub(super) home: bool,
    pub(super) leeway: Duration,
    pub(super) faults: Vec<String>,
}

/// One issuer, or several of which a token's `iss` chooses one.
#[derive(Clone, Debug)]
#[must_use = "issuers do nothing until `Bearer::jwt` takes them"]
pub struct Issuers(pub(super) Vec<Issuer>);

impl From<Issuer> for Issuers {
    fn from(issuer: Issuer) -> Self {
        Self(vec![issuer])
    }
}

impl From<Vec<Issuer>> for Issuers {
    fn from(issuers: Vec<Issuer>) -> Self {
        Self(issuers)
    }
}

impl<const N: usize> From<[Issuer; N]> for Issuers {
    fn from(issuers: [Issuer; N]) -> Self {
        Self(issuers.into())
    }
}

impl Issuer {
    /// The issuer that names itself so in `iss`: compared whole.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            audiences: Vec::new(),
            audience_at: Place::of(["aud"]),
            keys: Keys::default(),
            places: Places::default(),
            beside: Vec::new(),
            required: Vec::new(),
            untyped: false,
            unaddressed: false,
            home: false,
            leeway: USUAL_LEEWAY,
            faults: Vec::new(),
        }
    }

    /// Who we are in `aud`: a token for somebody else is refused.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Which algorithms are taken. A key that names another is not used, and one that names none is
    /// used with the first listed that fits its type. Unless said, a key without `alg` is used with
    /// the usual algorithm of its type: RS256, ES256, ES384, `EdDSA`.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.keys.allowed.extend(algorithms);
        self
    }

    /// Where an issuer's people and programs are named, if not in `sub`: this one, or one trusted beside it.
    pub(super) fn subject_place(&self, of: &str) -> Option<&Place> {
        if of == self.name {
            return self.places.subject.as_ref();
        }
        let mut beside = self.beside.iter();
        beside.find(|(name, _)| name == of).map(|(_, place)| place)
    }

    /// Also takes tokens whose `typ` is `JWT` or absent, as older providers write them. Any other
    /// explicit type stays refused, and so does what only ID, refresh and logout tokens carry. An ID
    /// token with none of that, not even a `nonce`, is told by its audience alone, which is a client:
    /// name no client's id as an [`audience`](Self::audience), or tell them by
    /// [`require_claim`](Self::require_claim).
    pub fn allow_untyped(mut self) -> Self {
        self.untyped = true;
        self
    }

    /// Also takes tokens that name neither their issuer nor whom they are for, as an app's own older ones; what they do name
    /// must be right. No other issuer can be trusted beside this one.
    ///
    /// # Security
    ///
    /// Whatever else is signed with these keys is an access token then: a link that resets a password, an invitation,
    /// another app's token (RFC 8725 §3.8, §3.9). Give each use a key of its own, or tell them by
    /// [`require_claim`](Self::require_claim); and write `iss` and `aud` into new tokens.
    pub fn allow_unaddressed(mut self) -> Self {
        self.unaddressed = true;
        self
    }

    /// A claim that must be there: what tells this issuer's access tokens from its other ones, where
    /// `typ` doesn't.
    pub fn require_claim(mut self, claim: impl Into<String>) -> Self {
        self.required.push(claim.into());
        self
    }

    /// Says that this is the app's home issuer: a plain id in an `#[owner]` field means a person that
    /// this one knows. An app's only issuer is it anyway; of several, exactly one must be.
    pub fn home(mut self) -> Self {
        self.home = true;
        self
    }

    pub(super) fn named(&self) -> IssuerName {
        let name = IssuerName::new(self.name.as_str());
        if self.home { name.home() } else { name }
    }

    /// How far the clocks may differ: a minute at most, ten seconds unless said otherwise.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        if leeway > LONGEST_LEEWAY {
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
