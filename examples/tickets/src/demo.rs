//! The people of the demo, and their tokens. An app in earnest has an identity provider instead.

use std::time::{Duration, SystemTime};

use auth_core::Issuer;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

const ISSUER: &str = "https://id.tickets.example";
const AUDIENCE: &str = "tickets";
const LIFETIME: Duration = Duration::from_hours(8);

/// An issuer of tokens that lives as long as the process: its secret is drawn at start.
pub struct Demo {
    secret: [u8; 32],
}

/// Someone to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// Reads the tickets of the website.
    Reader,
    /// Writes tickets there, and owns ticket 2.
    Writer,
    /// Owns ticket 1, and one that nobody else sees.
    Owner,
    /// Deletes tickets, and takes the database offline.
    Admin,
    /// Writes tickets of another organisation, and owns ticket 4 there.
    Outsider,
    /// Deletes tickets there.
    OutsideAdmin,
    /// Belongs to both organisations: deletes tickets in the one, acting for it.
    Consultant,
    /// The same person acting for the other one, where they read.
    ConsultantOutside,
    /// A program that is called as the writer is, and an admin: it owns nothing, and has no account.
    Robot,
}

/// RFC 9068 §2.2.
#[derive(Serialize)]
struct Claims {
    iss: &'static str,
    aud: &'static str,
    sub: &'static str,
    auth_time: u64,
    org: &'static str,
    roles: &'static [&'static str],
    client_id: &'static str,
    jti: String,
    iat: u64,
    exp: u64,
}

impl Demo {
    /// Draws the secret.
    ///
    /// # Errors
    ///
    /// If the operating system has no randomness to give.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        Ok(Self { secret })
    }

    /// The issuer, as the app verifies its tokens.
    pub fn issuer(&self) -> Issuer {
        Issuer::new(ISSUER).audience(AUDIENCE).hs256(self.secret)
    }

    /// An access token of a person, for eight hours.
    ///
    /// # Panics
    ///
    /// Never: the claims are plain data, and the key fits.
    #[must_use]
    pub fn token(&self, person: Person) -> String {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let (subject, org, roles) = person.account();
        let claims = Claims {
            iss: ISSUER,
            aud: AUDIENCE,
            sub: subject,
            auth_time: now.as_secs(),
            org,
            roles,
            // A client that is its own subject is no person (RFC 9068 §5).
            client_id: if person == Person::Robot {
                subject
            } else {
                "demo"
            },
            jti: format!("{subject}-{}", now.as_nanos()),
            iat: now.as_secs(),
            exp: (now + LIFETIME).as_secs(),
        };
        let header = Header {
            typ: Some("at+jwt".to_owned()),
            ..Header::new(Algorithm::HS256)
        };
        let key = EncodingKey::from_secret(&self.secret);
        jsonwebtoken::encode(&header, &claims, &key).expect("plain claims and a fitting key")
    }
}

impl Person {
    /// Their name, organisation and roles.
    fn account(self) -> (&'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::Reader => ("rita", "acme", &["reader"]),
            Self::Writer => ("walter", "acme", &["writer"]),
            Self::Owner => ("olga", "acme", &["writer"]),
            Self::Admin => ("ada", "acme", &["admin", "operator"]),
            Self::Outsider => ("gita", "globex", &["writer"]),
            Self::OutsideAdmin => ("gus", "globex", &["admin"]),
            Self::Consultant => ("cora", "acme", &["admin"]),
            Self::ConsultantOutside => ("cora", "globex", &["reader"]),
            Self::Robot => ("walter", "acme", &["admin"]),
        }
    }
}

impl std::fmt::Debug for Demo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Demo").finish_non_exhaustive()
    }
}
