use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    Issuer, IssuerFaults, Issuers, claims,
    header::{Header, TokenType},
    json::Json,
    key::{Fingerprint, Key},
    key_set::KeySet,
    keyring::Keyring,
    refusal::{Unaccepted, Why, another_issuer, no_key},
};
use crate::authentication::IssuerName;

/// The issuers that are believed, with their keys: what signs a token, and what it says.
pub(super) struct TrustedIssuers(Vec<Trusted>);

struct Trusted {
    issuer: Issuer,
    keyring: Keyring,
}

/// Claims whose signature is their issuer's. Whether they count is not judged yet.
pub(super) struct SignedClaims<'t> {
    pub(super) issuer: &'t Issuer,
    pub(super) signer: Signer,
    pub(super) claims: Json,
}

/// What signed a token: a key of one of the issuers, by its place among them.
#[derive(Clone, Copy)]
pub(crate) struct Signer {
    issuer: usize,
    key: Fingerprint,
}

/// No token is longer; it is asked before anything is parsed.
pub(super) const LONGEST_BYTES: usize = 8 * 1024;
/// So many keys are tried with a token that names none.
const MOST_TRIED: usize = 8;

impl TrustedIssuers {
    pub(super) fn new(Issuers(issuers): Issuers) -> Result<Self, IssuerFaults> {
        let alone = issuers.len() == 1;
        let mut all = IssuerFaults::default();
        let mut trusted: Vec<Trusted> = Vec::new();
        for issuer in issuers {
            let mut faults = issuer.faults.clone();
            if issuer.audiences.is_empty() && !issuer.unaddressed {
                faults.push(
                    "no audience: `.audience(\"tickets\")` says who we are in `aud`".to_owned(),
                );
            }
            if trusted.iter().any(|known| known.issuer.name == issuer.name) {
                faults.push("another issuer has its name: make them one".to_owned());
            }
            if issuer.unaddressed && !alone {
                faults.push(
                    "it takes tokens that name no issuer (`allow_unaddressed`), and others are trusted beside it"
                        .to_owned(),
                );
            }
            let said_wrongly = !issuer.faults.is_empty();
            match Keyring::new(&issuer.name, issuer.keys.clone()) {
                Ok(keyring) if faults.is_empty() => trusted.push(Trusted { issuer, keyring }),
                Ok(_) => all.add(&issuer.name, faults),
                Err(more) => {
                    // A key that can't be read leaves none, which is no second fault.
                    if !said_wrongly {
                        faults.extend(more);
                    }
                    all.add(&issuer.name, faults);
                }
            }
        }
        let places: Vec<_> = trusted
            .iter()
            .filter_map(|one| Some((one.issuer.name.clone(), one.issuer.places.subject.clone()?)))
            .collect();
        for one in &mut trusted {
            one.issuer.beside.clone_from(&places);
        }
        all.or(Self(trusted))
    }

    pub(super) async fn warm_up(&self) -> Result<(), IssuerFaults> {
        let mut faults = IssuerFaults::default();
        for trusted in &self.0 {
            if let Err(why) = trusted.keyring.keys(|_| true).await {
                faults.add(&trusted.issuer.name, vec![why]);
            }
        }
        faults.or(())
    }

    pub(super) fn issuers(&self) -> impl Iterator<Item = &Issuer> {
        self.0.iter().map(|trusted| &trusted.issuer)
    }

    pub(super) fn names(&self) -> Vec<IssuerName> {
        self.issuers().map(Issuer::named).collect()
    }

    /// The claims of a token of this type, if its issuer signed it.
    pub(super) async fn claims_of(
        &self,
        token: &str,
        of: TokenType,
    ) -> Result<SignedClaims<'_>, Unaccepted> {
        if token.len() > LONGEST_BYTES {
            return Err("it is longer than 8 KiB".into());
        }
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("not three parts".into());
        };
        // Nobody has vouched for any of it yet: it is read no further than to find out who might.
        let payload = decoded(payload)?;
        let unsigned = Json::members(&payload, &["iss"])?;
        let (place, Trusted { issuer, keyring }) =
            self.vouching(claims::issuer_named(&unsigned)?)?;
        let header = Json::members(&decoded(header)?, &Header::MEMBERS)?;
        let header = Header::read(&header, of, issuer.untyped)?;
        // The exact alphabet, before the library sees it: one signature, one spelling.
        decoded(signature)?;
        let message = token.len() - signature.len() - 1;
        let message = token.as_bytes().get(..message).ok_or("not three parts")?;
        let fitting = |set: &KeySet| set.fitting(&header).next().is_some();
        let set = keyring
            .keys(fitting)
            .await
            .map_err(Unaccepted::Unavailable)?;
        let key = signer(&set, &header, message, signature)?.fingerprint;
        Ok(SignedClaims {
            issuer,
            signer: Signer { issuer: place, key },
            claims: Json::parse(&payload)?,
        })
    }

    /// Whose token it is, as it says itself; of one that doesn't say, the only one there is, where that takes such.
    fn vouching(&self, named: Option<&str>) -> Result<(usize, &Trusted), Why> {
        let mut all = self.0.iter().enumerate();
        let Some(named) = named else {
            let only = all.next().filter(|(_, one)| one.issuer.unaddressed);
            return only.ok_or("no `iss`".into());
        };
        let found = all.find(|(_, one)| one.issuer.name == named);
        found.ok_or_else(|| another_issuer(named, self.issuers().map(|one| &*one.name)))
    }

    /// Whether a key that signed still may.
    pub(super) async fn still_trusts(&self, signer: &Signer) -> Result<bool, Unaccepted> {
        let Some(Trusted { keyring, .. }) = self.0.get(signer.issuer) else {
            return Ok(false);
        };
        let keys = keyring.keys(|_| true).await;
        let keys = keys.map_err(Unaccepted::Unavailable)?;
        Ok(keys.holds(signer.key))
    }
}

/// The key that signed the message.
pub(super) fn signer<'k>(
    set: &'k KeySet,
    header: &Header<'_>,
    message: &[u8],
    signature: &str,
) -> Result<&'k Key, Why> {
    let fitting: Vec<_> = set.fitting(header).take(MOST_TRIED + 1).collect();
    if fitting.is_empty() {
        return Err(no_key(header.algorithm.name(), header.key_id));
    }
    if fitting.len() > MOST_TRIED {
        return Err("more keys fit its `alg` and `kid` than are tried".into());
    }
    let mut fitting = fitting.into_iter();
    match fitting.find(|key| key.verifies(message, signature)) {
        Some(key) => Ok(key),
        None => Err("the signature is not the issuer's".into()),
    }
}

/// Base64url without padding, and with nothing left over in the last letter.
pub(super) fn decoded(part: &str) -> Result<Vec<u8>, &'static str> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| "a part that is not base64url")
}

impl fmt::Debug for TrustedIssuers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.issuers()).finish()
    }
}
