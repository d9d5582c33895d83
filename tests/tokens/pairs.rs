//! Key pairs, and tokens signed with them.

use std::sync::OnceLock;

use aws_lc_rs::{
    encoding::AsDer,
    rsa::KeySize,
    signature::{EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RsaKeyPair},
};
use jsonwebtoken::{Algorithm, EncodingKey, crypto, jwk::Jwk};
use pem::Pem;
use serde_json::Value;

use crate::minted::{encoded, members, object};

/// A key that signs, and its public half in PEM.
pub(crate) struct Pair {
    pub(crate) signing: EncodingKey,
    pub(crate) public: String,
}

fn spki(der: &[u8]) -> String {
    pem::encode(&Pem::new("PUBLIC KEY", der))
}

pub(crate) fn new_rsa() -> Pair {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
    let private: aws_lc_rs::encoding::Pkcs8V1Der = pair.as_der().expect("its private half");
    let private = Pem::new("PRIVATE KEY", private.as_ref());
    let public: aws_lc_rs::encoding::PublicKeyX509Der =
        pair.public_key().as_der().expect("its public half");
    Pair {
        signing: EncodingKey::from_rsa_pem(pem::encode(&private).as_bytes()).expect("a PEM"),
        public: spki(public.as_ref()),
    }
}

/// The one that most tests use: making one takes its time.
pub(crate) fn rsa() -> &'static Pair {
    static PAIR: OnceLock<Pair> = OnceLock::new();
    PAIR.get_or_init(new_rsa)
}

pub(crate) fn ec(algorithm: &'static EcdsaSigningAlgorithm) -> Pair {
    let pair = EcdsaKeyPair::generate(algorithm).expect("a key");
    let private = pair.to_pkcs8v1().expect("its private half");
    let public: aws_lc_rs::encoding::PublicKeyX509Der =
        pair.public_key().as_der().expect("its public half");
    Pair {
        signing: EncodingKey::from_ec_der(private.as_ref()),
        public: spki(public.as_ref()),
    }
}

pub(crate) fn ed() -> Pair {
    let pair = Ed25519KeyPair::generate().expect("a key");
    let private = pair.to_pkcs8v1().expect("its private half");
    let public: aws_lc_rs::encoding::PublicKeyX509Der =
        pair.public_key().as_der().expect("its public half");
    Pair {
        signing: EncodingKey::from_ed_der(private.as_ref()),
        public: spki(public.as_ref()),
    }
}

impl Pair {
    /// Its public half as a JWK of that name.
    pub(crate) fn jwk(&self, algorithm: Algorithm, kid: &str) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.signing, algorithm).expect("a public key");
        jwk.common.key_id = Some(kid.to_owned());
        serde_json::to_value(jwk).expect("JSON")
    }
}

/// A good token, signed so and said to be signed so.
pub(crate) fn signed(
    algorithm: Algorithm,
    named: &str,
    kid: Option<&str>,
    key: &EncodingKey,
) -> String {
    let kid = kid
        .map(|kid| format!(r#","kid":"{kid}""#))
        .unwrap_or_default();
    let header = format!(r#"{{"alg":"{named}","typ":"at+jwt"{kid}}}"#);
    let message = format!("{}.{}", encoded(header), encoded(object(&members())));
    let signature = crypto::sign(message.as_bytes(), key, algorithm).expect("a signature");
    format!("Bearer {message}.{signature}")
}
