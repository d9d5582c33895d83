use std::{fmt, time::SystemTime};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Issuer, IssuerFaults, claims, json::Json, key::Key, names::Unknown};
use crate::{
    Identity,
    authentication::{Outcome, TokenVerifier},
    principal::Vocabulary,
};

/// Judges tokens of one [`Issuer`].
pub struct JwtVerifier {
    issuer: Issuer,
    unknown: Unknown,
}

/// No access token is longer; it is asked before anything is parsed.
const LONGEST_BYTES: usize = 8 * 1024;
/// A key's name is a key's name, and no message.
const LONGEST_KEY_ID_BYTES: usize = 256;

impl JwtVerifier {
    pub(super) fn new(issuer: Issuer) -> Result<Self, IssuerFaults> {
        let mut faults = issuer.faults.clone();
        if issuer.audiences.is_empty() {
            faults
                .push("no audience: `.audience(\"tickets\")` says who we are in `aud`".to_owned());
        }
        if issuer.keys.is_empty() && issuer.faults.is_empty() {
            faults.push("no key: add one, as `.es256(pem)`".to_owned());
        }
        let symmetric = issuer.keys.iter().filter(|key| key.is_symmetric()).count();
        if symmetric > 0 && symmetric < issuer.keys.len() {
            faults.push("a secret beside public keys: an issuer signs with one kind".to_owned());
        }
        if faults.is_empty() {
            Ok(Self {
                issuer,
                unknown: Unknown::default(),
            })
        } else {
            Err(IssuerFaults {
                issuer: issuer.name,
                faults,
            })
        }
    }

    fn judge(&self, token: &str, now: SystemTime) -> Result<Identity, &'static str> {
        if token.len() > LONGEST_BYTES {
            return Err("it is longer than 8 KiB");
        }
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("not three parts");
        };
        let key = self.key(&Json::parse(&decoded(header)?)?)?;
        // The exact alphabet, before the library sees it: one signature, one spelling.
        decoded(signature)?;
        let message = token.len() - signature.len() - 1;
        let message = token.as_bytes().get(..message).ok_or("not three parts")?;
        if !key.iter().any(|key| key.verifies(message, signature)) {
            return Err("the signature is not the issuer's");
        }
        let claims = Json::parse(&decoded(payload)?)?;
        claims::identity(&self.issuer, &claims, now, &self.unknown)
    }

    /// The keys the header fits: by algorithm, and by name where a key has one. Keys in the header
    /// itself, and addresses of keys, are never looked at.
    fn key(&self, header: &Json) -> Result<Vec<&Key>, &'static str> {
        if !matches!(header, Json::Object(_)) {
            return Err("a header that is no object");
        }
        if header.get("crit").is_some() {
            return Err("a header with `crit`");
        }
        if header.get("b64").is_some() || header.get("zip").is_some() || header.get("enc").is_some()
        {
            return Err("a header that changes what is signed");
        }
        self.check_type(header)?;
        let algorithm = header.get("alg").and_then(Json::text).ok_or("no `alg`")?;
        let id = match header.get("kid") {
            None => None,
            Some(Json::Text(id)) if id.len() <= LONGEST_KEY_ID_BYTES => Some(id.as_str()),
            Some(_) => return Err("a `kid` that is no short text"),
        };
        let fits = |key: &&Key| {
            format!("{:?}", key.algorithm) == algorithm
                && (key.id.is_none() || id.is_none() || key.id.as_deref() == id)
        };
        let keys: Vec<_> = self.issuer.keys.iter().filter(fits).collect();
        if keys.is_empty() {
            Err("no key for its `alg` and `kid`")
        } else {
            Ok(keys)
        }
    }

    /// RFC 9068 §2.1, RFC 8725 §3.11: what a token is for stands in its type.
    fn check_type(&self, header: &Json) -> Result<(), &'static str> {
        let named = match header.get("typ") {
            None if self.issuer.untyped => return Ok(()),
            None => return Err("no `typ`"),
            Some(Json::Text(named)) => named.to_ascii_lowercase(),
            Some(_) => return Err("a `typ` that is no text"),
        };
        match named.as_str() {
            "at+jwt" | "application/at+jwt" => Ok(()),
            "jwt" if self.issuer.untyped => Ok(()),
            _ => Err("another type of token"),
        }
    }
}

/// Base64url without padding, and with nothing left over in the last letter.
fn decoded(part: &str) -> Result<Vec<u8>, &'static str> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| "a part that is not base64url")
}

#[async_trait]
impl TokenVerifier for JwtVerifier {
    async fn verify(&self, token: &str) -> Outcome {
        match self.judge(token, SystemTime::now()) {
            Ok(identity) => Outcome::known(identity),
            Err(why) => Outcome::Refused(why.to_owned()),
        }
    }

    fn vocabularies(&self) -> Option<Vec<&'static Vocabulary>> {
        Some(
            self.issuer
                .sources
                .iter()
                .map(|source| source.vocabulary)
                .collect(),
        )
    }
}

impl fmt::Debug for JwtVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JwtVerifier").field(&self.issuer).finish()
    }
}
