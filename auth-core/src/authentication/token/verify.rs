use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    Issuer, IssuerFaults, Issuers,
    cache::{TokenCache, TokenHash, Verified},
    claims,
    header::Header,
    json::Json,
    key::{Fingerprint, Key},
    key_set::KeySet,
    keyring::Keyring,
};
use crate::{
    Identity,
    authentication::{IssuerName, Outcome, TokenVerifier, unknown_names::UnknownNames},
    principal::Vocabulary,
};

/// Judges tokens of one [`Issuer`], or of several.
pub struct JwtVerifier {
    issuers: Vec<Trusted>,
    unknown: UnknownNames,
    cache: Option<TokenCache<Signed>>,
}

/// An issuer with its keys.
struct Trusted {
    issuer: Issuer,
    keyring: Keyring,
}

/// What signed a token: a key of one of the verifier's issuers, by its place among them.
struct Signed {
    issuer: usize,
    key: Fingerprint,
}

/// Why a token isn't accepted.
#[derive(Debug)]
pub(super) enum Unaccepted {
    /// It doesn't verify.
    Refused(&'static str),
    /// It can't be judged now.
    Unavailable(String),
}

impl From<&'static str> for Unaccepted {
    fn from(why: &'static str) -> Self {
        Self::Refused(why)
    }
}

impl From<Result<Arc<Identity>, Unaccepted>> for Outcome {
    fn from(judged: Result<Arc<Identity>, Unaccepted>) -> Self {
        match judged {
            Ok(identity) => Self::Known(identity),
            Err(Unaccepted::Refused(why)) => Self::Refused(why.to_owned()),
            Err(Unaccepted::Unavailable(why)) => Self::Unavailable(why),
        }
    }
}

/// No access token is longer; it is asked before anything is parsed.
pub(super) const LONGEST_BYTES: usize = 8 * 1024;
/// So many keys are tried with a token that names none.
const MOST_TRIED: usize = 8;

impl JwtVerifier {
    pub(super) fn new(Issuers(issuers): Issuers) -> Result<Self, IssuerFaults> {
        let mut all = IssuerFaults::default();
        let mut trusted: Vec<Trusted> = Vec::new();
        for issuer in issuers {
            let mut faults = issuer.faults.clone();
            if issuer.audiences.is_empty() {
                faults.push(
                    "no audience: `.audience(\"tickets\")` says who we are in `aud`".to_owned(),
                );
            }
            if trusted.iter().any(|known| known.issuer.name == issuer.name) {
                faults.push("another issuer has its name: make them one".to_owned());
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
        all.or(Self {
            issuers: trusted,
            unknown: UnknownNames::default(),
            cache: TokenCache::new(10_000, Duration::from_mins(5)),
        })
    }

    pub(super) fn cache(self, tokens: usize, keep: Duration) -> Self {
        Self {
            cache: TokenCache::new(tokens, keep),
            ..self
        }
    }

    pub(super) async fn warm_up(&self) -> Result<(), IssuerFaults> {
        let mut faults = IssuerFaults::default();
        for trusted in &self.issuers {
            if let Err(why) = trusted.keyring.keys(|_| true).await {
                faults.add(&trusted.issuer.name, vec![why]);
            }
        }
        faults.or(())
    }

    async fn identity(&self, token: &str) -> Result<Arc<Identity>, Unaccepted> {
        if token.len() > LONGEST_BYTES {
            return Err("it is longer than 8 KiB".into());
        }
        let Some(cache) = &self.cache else {
            return Ok(self.judge(token).await?.identity);
        };
        let hash = TokenHash::of(token);
        loop {
            match cache.look(&hash).await {
                Ok(known) if self.still_counts(&known).await? => {
                    return Ok(Arc::clone(&known.identity));
                }
                Ok(old) => cache.forget(&hash, &old),
                Err(cold) => {
                    let verified = self.judge(token).await?;
                    let identity = Arc::clone(&verified.identity);
                    cache.keep(cold, verified, SystemTime::now());
                    return Ok(identity);
                }
            }
        }
    }

    /// Whether a token that verified would still.
    async fn still_counts(&self, known: &Verified<Signed>) -> Result<bool, Unaccepted> {
        let Some(Trusted { keyring, .. }) = self.issuers.get(known.signed.issuer) else {
            return Ok(false);
        };
        let keys = keyring.keys(|_| true).await;
        let keys = keys.map_err(Unaccepted::Unavailable)?;
        Ok(known.until > SystemTime::now() && keys.holds(known.signed.key))
    }

    async fn judge(&self, token: &str) -> Result<Verified<Signed>, Unaccepted> {
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("not three parts".into());
        };
        let claims = Json::parse(&decoded(payload)?)?;
        let named = claims::issuer_of(&claims)?;
        let mut issuers = self.issuers.iter().enumerate();
        let (place, Trusted { issuer, keyring }) = issuers
            .find(|(_, trusted)| trusted.issuer.name == named)
            .ok_or("another issuer")?;
        let header = Json::parse(&decoded(header)?)?;
        let header = Header::read(&header, issuer.untyped)?;
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
        // As of now, and not of before the keys were waited for.
        let now = SystemTime::now();
        let claimed = claims::judged(issuer, &claims, now, &self.unknown)?;
        Ok(Verified {
            identity: Arc::new(claimed.identity),
            signed: Signed { issuer: place, key },
            until: claimed.until,
        })
    }
}

/// The key that signed the message.
pub(super) fn signer<'k>(
    set: &'k KeySet,
    header: &Header<'_>,
    message: &[u8],
    signature: &str,
) -> Result<&'k Key, &'static str> {
    let fitting: Vec<_> = set.fitting(header).take(MOST_TRIED + 1).collect();
    if fitting.is_empty() {
        return Err("no key for its `alg` and `kid`");
    }
    if fitting.len() > MOST_TRIED {
        return Err("more keys fit its `alg` and `kid` than are tried");
    }
    let mut fitting = fitting.into_iter();
    match fitting.find(|key| key.verifies(message, signature)) {
        Some(key) => Ok(key),
        None => Err("the signature is not the issuer's"),
    }
}

/// Base64url without padding, and with nothing left over in the last letter.
pub(super) fn decoded(part: &str) -> Result<Vec<u8>, &'static str> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| "a part that is not base64url")
}

#[async_trait]
impl TokenVerifier for JwtVerifier {
    async fn verify(&self, token: &str) -> Outcome {
        self.identity(token).await.into()
    }

    fn issuers(&self) -> Vec<IssuerName> {
        let issuers = self.issuers.iter();
        issuers.map(|trusted| trusted.issuer.named()).collect()
    }

    fn vocabularies(&self) -> Option<Vec<&'static Vocabulary>> {
        let issuers = self.issuers.iter();
        let all = issuers.flat_map(|trusted| trusted.issuer.places.vocabularies());
        Some(all.collect())
    }
}

impl fmt::Debug for JwtVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuers = self.issuers.iter().map(|trusted| &trusted.issuer);
        f.debug_list().entries(issuers).finish()
    }
}
