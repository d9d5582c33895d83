//! An issuer of ES256 tokens.

use std::time::{SystemTime, UNIX_EPOCH};

use auth_core::{Bearer, Issuer};
use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use http::{Request, request::Parts};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize};

use crate::app::Role;

/// What its tokens say.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as in RFC 9068")]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: String,
    pub exp: u64,
    pub iat: u64,
    pub jti: String,
    pub scope: String,
    pub roles: Vec<String>,
}

/// An issuer with a key of its own.
pub struct Issuing {
    signing: EncodingKey,
    public: String,
}

impl Issuing {
    /// A new one.
    ///
    /// # Panics
    ///
    /// If no key can be made.
    #[must_use]
    #[allow(clippy::new_without_default, reason = "each has another key")]
    pub fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let private = pair.to_pkcs8v1().expect("its private half");
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("its public half");
        Self {
            signing: EncodingKey::from_ec_der(private.as_ref()),
            public: pem::encode(&pem::Pem::new("PUBLIC KEY", public.as_ref())),
        }
    }

    /// A token like no other of another number.
    ///
    /// # Panics
    ///
    /// If it can't be signed.
    #[must_use]
    pub fn token(&self, number: u32) -> String {
        self.signed(number.to_string())
    }

    /// A token with so many bytes of claims.
    ///
    /// # Panics
    ///
    /// If it can't be signed.
    #[must_use]
    pub fn long_token(&self, bytes: usize) -> String {
        self.signed("x".repeat(bytes - 200))
    }

    fn signed(&self, id: String) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.expect("after 1970").as_secs();
        let claims = Claims {
            iss: "https://id.example".to_owned(),
            aud: "notes".to_owned(),
            sub: "ann".to_owned(),
            exp: now + 3_600,
            iat: now,
            jti: id,
            scope: "notes:read notes:write".to_owned(),
            roles: vec!["writer".to_owned(), "reader".to_owned()],
        };
        let header = Header {
            typ: Some("at+jwt".to_owned()),
            ..Header::new(Algorithm::ES256)
        };
        jsonwebtoken::encode(&header, &claims, &self.signing).expect("a token")
    }

    /// The public key, in PEM.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    /// What takes its tokens.
    #[must_use]
    pub fn bearer(&self) -> Bearer {
        let issuer = Issuer::new("https://id.example")
            .audience("notes")
            .roles::<Role>()
            .es256(&self.public);
        Bearer::jwt(issuer)
    }
}

/// A request that carries a token.
///
/// # Panics
///
/// If it can't stand in a header.
#[must_use]
pub fn request(token: &str) -> Parts {
    let request = Request::get("/").header("authorization", format!("Bearer {token}"));
    request.body(()).expect("a request").into_parts().0
}

/// The token with the first letters of its signature turned around: well formed, and the dearest bad one.
///
/// # Panics
///
/// If it is no token.
#[must_use]
pub fn spoilt(token: &str) -> String {
    let (message, signature) = token.rsplit_once('.').expect("three parts");
    let (first, rest) = signature.split_at(40);
    let turned: String = first.chars().rev().collect();
    format!("{message}.{turned}{rest}")
}
