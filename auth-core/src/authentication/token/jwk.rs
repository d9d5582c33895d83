use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, jwk::Jwk as LibraryJwk};
use serde_json::Value;

use super::{algorithm::Algorithm, key::Key};

/// A kind of key, and what it signs with unless it or the app says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyKind {
    Secret,
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl KeyKind {
    fn of(jwk: &Value) -> Result<Self, String> {
        let member = |name| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
        match (member("kty"), member("crv")) {
            ("oct", _) => Ok(Self::Secret),
            ("RSA", _) => Ok(Self::Rsa),
            ("EC", "P-256") => Ok(Self::P256),
            ("EC", "P-384") => Ok(Self::P384),
            ("OKP", "Ed25519") => Ok(Self::Ed25519),
            (kind, curve) => Err(format!("its type {kind:?} {curve:?} is not supported")),
        }
    }

    fn usual(self) -> Algorithm {
        match self {
            Self::Secret => Algorithm::Hs256,
            Self::Rsa => Algorithm::Rs256,
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
            Self::Ed25519 => Algorithm::EdDsa,
        }
    }

    fn fits(self, algorithm: Algorithm) -> bool {
        use Algorithm::{EdDsa, Es256, Es384, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
        match self {
            Self::Secret => algorithm.is_symmetric(),
            Self::Rsa => matches!(algorithm, Rs256 | Rs384 | Rs512 | Ps256 | Ps384 | Ps512),
            Self::P256 => algorithm == Es256,
            Self::P384 => algorithm == Es384,
            Self::Ed25519 => algorithm == EdDsa,
        }
    }
}

/// A JWK (RFC 7517) that is meant for signatures, and says with which algorithm.
#[derive(Debug)]
pub(super) struct Jwk<'j> {
    value: &'j Value,
    kind: KeyKind,
    algorithm: Algorithm,
    id: Option<&'j str>,
}

impl<'j> Jwk<'j> {
    /// Reads what the key is for, or why it isn't for us. `allowed` are the algorithms the app takes;
    /// none listed: the key's own, else the usual one of its type.
    pub(super) fn read(value: &'j Value, allowed: &[Algorithm]) -> Result<Self, String> {
        match value.get("use") {
            None => {}
            Some(Value::String(purpose)) if purpose == "sig" => {}
            Some(_) => return Err("its `use` is not `sig`".to_owned()),
        }
        match value.get("key_ops") {
            None => {}
            Some(Value::Array(operations)) if operations.iter().any(|one| one == "verify") => {}
            Some(_) => return Err("its `key_ops` don't allow `verify`".to_owned()),
        }
        let kind = KeyKind::of(value)?;
        let id = match value.get("kid") {
            None => None,
            Some(Value::String(id)) => Some(id.as_str()),
            Some(_) => return Err("its `kid` is no text".to_owned()),
        };
        Ok(Self {
            value,
            kind,
            algorithm: algorithm(value, kind, allowed)?,
            id,
        })
    }

    /// Whether a token's header couldn't tell the two apart.
    pub(super) fn is_confused_with(&self, other: &Self) -> bool {
        let one = self.id.is_some() && self.id == other.id && self.algorithm == other.algorithm;
        one && self.numbers() != other.numbers()
    }

    /// The key, if it is fit to be used.
    pub(super) fn key(&self) -> Result<Key, String> {
        let id = self.id.map(str::to_owned);
        if self.kind == KeyKind::Secret {
            let secret = self.value.get("k").and_then(Value::as_str);
            let secret = URL_SAFE_NO_PAD
                .decode(secret.unwrap_or_default())
                .map_err(|_| "its `k` is not base64url")?;
            return Key::secret(self.algorithm, id, &secret);
        }
        let numbers = serde_json::from_value(self.numbers());
        let numbers: LibraryJwk = numbers.map_err(|_| "it is no public key")?;
        let key = DecodingKey::from_jwk(&numbers).map_err(|_| "it is no public key")?;
        Key::public(self.algorithm, id, key)
    }

    /// The members that are the key itself: the library reads no others, and fails on some it
    /// doesn't know.
    fn numbers(&self) -> Value {
        let members = ["kty", "crv", "n", "e", "x", "y", "k"].into_iter();
        let own = members.filter_map(|name| Some((name.to_owned(), self.value.get(name)?.clone())));
        Value::Object(own.collect())
    }
}

fn algorithm(jwk: &Value, kind: KeyKind, allowed: &[Algorithm]) -> Result<Algorithm, String> {
    let own = match jwk.get("alg") {
        None => None,
        Some(Value::String(name)) => {
            let known = Algorithm::named(name).filter(|algorithm| kind.fits(*algorithm));
            Some(known.ok_or_else(|| format!("its `alg` {name:?} doesn't fit its type"))?)
        }
        Some(_) => return Err("its `alg` is no text".to_owned()),
    };
    if allowed.is_empty() {
        return Ok(own.unwrap_or_else(|| kind.usual()));
    }
    let mut fitting = allowed.iter().filter(|one| kind.fits(**one));
    let chosen = match own {
        Some(own) => fitting.find(|one| **one == own),
        None => fitting.next(),
    };
    chosen
        .copied()
        .ok_or_else(|| "its algorithm is none of those the app takes".to_owned())
}
