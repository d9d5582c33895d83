use std::fmt;

use jsonwebtoken::{
    Algorithm, DecodingKey,
    DecodingKeyKind::{RsaModulusExponent, SecretOrDer},
    crypto,
    jwk::{Jwk, KeyOperations, PublicKeyUse},
};

use super::rsa;

/// A key and the one algorithm it is used with (RFC 8725 §3.1): a token never chooses.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) id: Option<String>,
    verifying: DecodingKey,
}

/// RFC 7518 §3.2: as long as the hash.
const SECRET_BYTES: usize = 32;
const ANOTHER_CURVE: &str = "it is of another curve";

impl Key {
    pub(super) fn secret(secret: &[u8]) -> Result<Self, String> {
        if secret.len() < SECRET_BYTES {
            return Err(format!(
                "the HS256 secret has {} bytes: it needs {SECRET_BYTES} or more, from a random source",
                secret.len()
            ));
        }
        let key = DecodingKey::from_secret(secret);
        Ok(Self {
            algorithm: Algorithm::HS256,
            id: None,
            verifying: key,
        })
    }

    pub(super) fn pem(algorithm: Algorithm, pem: &[u8]) -> Result<Self, String> {
        let key = match algorithm {
            Algorithm::ES256 | Algorithm::ES384 => DecodingKey::from_ec_pem(pem),
            Algorithm::EdDSA => DecodingKey::from_ed_pem(pem),
            _ => DecodingKey::from_rsa_pem(pem),
        };
        let key = key.map_err(|_| format!("the {algorithm:?} key is no public key in PEM"))?;
        Self::admitted(algorithm, None, key)
    }

    pub(super) fn jwk(text: &str) -> Result<Self, String> {
        let jwk: Jwk = serde_json::from_str(text).map_err(|_| "a JWK that can't be read")?;
        let common = &jwk.common;
        if !matches!(common.public_key_use, None | Some(PublicKeyUse::Signature)) {
            return Err("a JWK whose `use` is not `sig`".to_owned());
        }
        let verifies =
            |operations: &Vec<KeyOperations>| operations.contains(&KeyOperations::Verify);
        if !common.key_operations.as_ref().is_none_or(verifies) {
            return Err("a JWK whose `key_ops` don't allow `verify`".to_owned());
        }
        let named = common
            .key_algorithm
            .ok_or("a JWK without `alg`: say which one it is used with")?;
        let algorithm: Algorithm = named
            .to_string()
            .parse()
            .map_err(|_| format!("a JWK whose `alg` {named} is not for signatures"))?;
        if matches!(
            algorithm,
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512
        ) {
            return Err("a symmetric JWK: give the secret itself, to `.hs256(secret)`".to_owned());
        }
        let id = common.key_id.clone();
        let key = DecodingKey::from_jwk(&jwk).map_err(|_| "a JWK that is no public key")?;
        Self::admitted(algorithm, id, key)
    }

    fn admitted(
        algorithm: Algorithm,
        id: Option<String>,
        key: DecodingKey,
    ) -> Result<Self, String> {
        if !key.family().algorithms().contains(&algorithm) {
            return Err(format!("the key doesn't fit {algorithm:?}"));
        }
        let fault = match (algorithm, key.kind()) {
            // An uncompressed point of the curve.
            (Algorithm::ES256, SecretOrDer(point)) => (point.len() != 65).then_some(ANOTHER_CURVE),
            (Algorithm::ES384, SecretOrDer(point)) => (point.len() != 97).then_some(ANOTHER_CURVE),
            (Algorithm::EdDSA, SecretOrDer(point)) => (point.len() != 32).then_some(ANOTHER_CURVE),
            (_, SecretOrDer(der)) => rsa::fault_of_der(der),
            (_, RsaModulusExponent { n, e }) => rsa::fault(n, e),
        };
        if let Some(fault) = fault {
            return Err(format!("the {algorithm:?} key can't be used: {fault}"));
        }
        Ok(Self {
            algorithm,
            id,
            verifying: key,
        })
    }

    pub(super) fn is_symmetric(&self) -> bool {
        self.algorithm == Algorithm::HS256
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &str) -> bool {
        crypto::verify(signature, message, &self.verifying, self.algorithm).unwrap_or(false)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} key", self.algorithm)
    }
}
