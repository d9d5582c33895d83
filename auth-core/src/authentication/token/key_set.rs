use std::{fmt, sync::Arc};

use serde_json::Value;

use super::{
    algorithm::Algorithm,
    header::Header,
    json::Json,
    jwk::Jwk,
    key::{Fingerprint, Key},
};

/// No issuer publishes more; each is looked at when the set is read.
const MOST_KEYS: usize = 100;

/// The keys an issuer signs with.
#[derive(Clone, Debug, Default)]
pub(super) struct KeySet(Vec<Arc<Key>>);

/// A key of a set that can't be used, and why: it doesn't spoil the others.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Skipped {
    pub(super) key: String,
    pub(super) why: String,
}

impl Skipped {
    pub(super) fn log(&self, issuer: &str) {
        tracing::warn!(
            target: "auth_core::authentication",
            issuer = ?issuer, key = ?self.key, why = ?self.why, "a key can't be used"
        );
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key {:?}: {}", self.key, self.why)
    }
}

impl KeySet {
    /// One key that merely stands there twice is one key.
    pub(super) fn add(&mut self, key: Key) {
        if !self.holds(key.fingerprint) {
            self.0.push(Arc::new(key));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Secrets beside public keys: who holds the set could sign with one of them.
    pub(super) fn is_mixed(&self) -> bool {
        let secrets = self.0.iter().filter(|key| key.algorithm.is_symmetric());
        let secrets = secrets.count();
        secrets > 0 && secrets < self.0.len()
    }

    /// Whether somebody else may hold one of them.
    pub(super) fn holds_secrets(&self) -> bool {
        self.0.iter().any(|key| key.algorithm.is_symmetric())
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(super) fn holds(&self, fingerprint: Fingerprint) -> bool {
        self.0.iter().any(|key| key.fingerprint == fingerprint)
    }

    /// The keys a token's header fits: by algorithm, and by name where both have one.
    pub(super) fn fitting<'k>(&'k self, header: &Header<'_>) -> impl Iterator<Item = &'k Arc<Key>> {
        let Header { algorithm, key_id } = *header;
        self.0.iter().filter(move |key| {
            let named = key.id.is_none() || key_id.is_none() || key.id.as_deref() == key_id;
            key.algorithm == algorithm && named
        })
    }

    /// Reads JWK sets (RFC 7517 §5) or single JWKs as one set. Keys that can't be used are skipped,
    /// and so are those that a token's header couldn't tell apart.
    ///
    /// # Errors
    ///
    /// A text that is no set, too many keys, and secrets mixed with public keys: nobody can say what
    /// their author meant.
    pub(super) fn read<T: AsRef<[u8]>>(
        texts: &[T],
        allowed: &[Algorithm],
    ) -> Result<(Self, Vec<Skipped>), &'static str> {
        let mut all = Vec::new();
        for text in texts {
            all.extend(keys(text.as_ref())?);
        }
        if all.len() > MOST_KEYS {
            return Err("it has more than 100 keys");
        }
        let secrets = all.iter().filter(|key| key["kty"] == "oct").count();
        if secrets > 0 && secrets < all.len() {
            return Err("it mixes secrets with public keys");
        }
        let described: Vec<_> = all.iter().map(|key| Jwk::read(key, allowed)).collect();
        let confused = |jwk: &Jwk<'_>| {
            let mut others = described.iter().flatten();
            others.any(|other| jwk.is_confused_with(other))
        };
        let mut admitted = Self::default();
        let mut skipped = Vec::new();
        for (at, (value, jwk)) in all.iter().zip(&described).enumerate() {
            let key = match jwk {
                Ok(jwk) if confused(jwk) => {
                    Err("another key has its name and algorithm".to_owned())
                }
                Ok(jwk) => jwk.key(),
                Err(why) => Err(why.clone()),
            };
            match key {
                Ok(key) => admitted.add(key),
                Err(why) => skipped.push(Skipped {
                    key: match value.get("kid").and_then(Value::as_str) {
                        Some(id) => id.chars().take(64).collect(),
                        None => format!("number {}", at + 1),
                    },
                    why,
                }),
            }
        }
        Ok((admitted, skipped))
    }
}

fn keys(text: &[u8]) -> Result<Vec<Value>, &'static str> {
    // What has a member twice means two things to two readers.
    Json::parse(text)?;
    let mut set: Value = serde_json::from_slice(text).map_err(|_| "it is no JSON")?;
    match set.get_mut("keys").map(Value::take) {
        Some(Value::Array(keys)) => Ok(keys),
        Some(_) => Err("its `keys` are no list"),
        None if set.get("kty").is_some() => Ok(vec![set]),
        None => Err("it is no JWK set"),
    }
}
