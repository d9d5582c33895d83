use std::fmt;

use aws_lc_rs::{
    digest::{self, SHA256},
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey,
        VerificationAlgorithm,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    DecodingKey,
    DecodingKeyKind::{RsaModulusExponent, SecretOrDer},
    crypto::aws_lc,
};

use super::{algorithm::Algorithm, rsa};

/// A key and the one algorithm it is used with (RFC 8725 §3.1): a token never chooses.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) id: Option<String>,
    pub(super) fingerprint: Fingerprint,
    verifying: DecodingKey,
}

/// What a key is known by across refreshes: the hash of its algorithm, name and numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint([u8; 32]);

impl Key {
    pub(super) fn secret(
        algorithm: Algorithm,
        id: Option<String>,
        secret: &[u8],
    ) -> Result<Self, String> {
        let needed = algorithm.secret_bytes();
        if secret.len() < needed {
            return Err(format!(
                "the {} secret has {} bytes: it needs {needed} or more, from a random source",
                algorithm.name(),
                secret.len()
            ));
        }
        let key = DecodingKey::from_secret(secret);
        Ok(Self::new(algorithm, id, key))
    }

    pub(super) fn pem(algorithm: Algorithm, pem: &[u8]) -> Result<Self, String> {
        let key = match algorithm {
            Algorithm::Es256 | Algorithm::Es384 => DecodingKey::from_ec_pem(pem),
            Algorithm::EdDsa => DecodingKey::from_ed_pem(pem),
            _ => DecodingKey::from_rsa_pem(pem),
        };
        let key =
            key.map_err(|_| format!("the {} key is no public key in PEM", algorithm.name()))?;
        Self::public(algorithm, None, key)
    }

    /// Admits a public key that fits its algorithm and is strong enough.
    pub(super) fn public(
        algorithm: Algorithm,
        id: Option<String>,
        key: DecodingKey,
    ) -> Result<Self, String> {
        let name = algorithm.name();
        if !key
            .family()
            .algorithms()
            .contains(&algorithm.of_jsonwebtoken())
        {
            return Err(format!("the key doesn't fit {name}"));
        }
        let fault = match (algorithm, key.kind()) {
            (Algorithm::Es256, SecretOrDer(point)) => off_curve(&ECDSA_P256_SHA256_FIXED, point),
            (Algorithm::Es384, SecretOrDer(point)) => off_curve(&ECDSA_P384_SHA384_FIXED, point),
            (Algorithm::EdDsa, SecretOrDer(point)) => off_curve(&ED25519, point),
            (_, SecretOrDer(der)) => rsa::fault_of_der(der),
            (_, RsaModulusExponent { n, e }) => rsa::fault(n, e),
        };
        match fault {
            Some(fault) => Err(format!("the {name} key can't be used: {fault}")),
            None => Ok(Self::new(algorithm, id, key)),
        }
    }

    fn new(algorithm: Algorithm, id: Option<String>, verifying: DecodingKey) -> Self {
        let mut hash = digest::Context::new(&SHA256);
        // Each part goes in with its length, so that no two keys are written alike.
        let mut part = |bytes: &[u8]| {
            hash.update(&bytes.len().to_be_bytes());
            hash.update(bytes);
        };
        part(algorithm.name().as_bytes());
        part(id.as_deref().unwrap_or_default().as_bytes());
        match verifying.kind() {
            SecretOrDer(bytes) => part(bytes),
            RsaModulusExponent { n, e } => {
                part(n);
                part(e);
            }
        }
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(hash.finish().as_ref());
        Self {
            algorithm,
            id,
            fingerprint: Fingerprint(fingerprint),
            verifying,
        }
    }

    /// By the backend that this crate brings along: what the process chose for itself, or what else is in the build,
    /// doesn't matter.
    pub(super) fn verifies(&self, message: &[u8], signature: &str) -> bool {
        let algorithm = self.algorithm.of_jsonwebtoken();
        let verifier = (aws_lc::DEFAULT_PROVIDER.verifier_factory)(&algorithm, &self.verifying);
        let signature = URL_SAFE_NO_PAD.decode(signature);
        match (verifier, signature) {
            (Ok(verifier), Ok(signature)) => verifier.verify(message, &signature).is_ok(),
            _ => false,
        }
    }
}

/// The library looks at a point when it verifies with it; a key that can't be one is refused before.
fn off_curve(curve: &'static dyn VerificationAlgorithm, point: &[u8]) -> Option<&'static str> {
    match ParsedPublicKey::new(curve, point) {
        Ok(_) => None,
        Err(_) => Some("it is no point of the algorithm's curve"),
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} key", self.algorithm.name())
    }
}
