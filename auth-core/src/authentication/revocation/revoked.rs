use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::{CredentialKind, Principal};

/// What no longer counts, of which issuer, and how long that has to be remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    pub(super) issuer: String,
    pub(super) revoked: Revoked,
    pub(super) until: SystemTime,
}

/// What is revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Revoked {
    /// The credential of this id (a token's `jti`).
    Credential(String),
    /// All credentials of this login (`sid`).
    Session(String),
    /// All credentials of this subject that were issued at this time or before.
    Subject {
        /// Whose.
        subject: String,
        /// Until when they were issued.
        before: SystemTime,
    },
    /// All credentials that were issued at this time or before.
    Issuer {
        /// Until when they were issued.
        before: SystemTime,
    },
}

/// How long a revocation is remembered unless said: longer than any credential should live.
const REMEMBERED: Duration = Duration::from_hours(30 * 24);

/// A century: every store can write such a time down.
const FOR_GOOD: Duration = Duration::from_hours(100 * 365 * 24);

impl Revocation {
    fn new(issuer: impl Into<String>, revoked: Revoked) -> Self {
        Self {
            issuer: issuer.into(),
            revoked,
            until: SystemTime::now() + REMEMBERED,
        }
    }

    /// Revokes one credential, by its id at the issuer (`jti`).
    pub fn credential(issuer: impl Into<String>, id: impl Into<String>) -> Self {
        Self::new(issuer, Revoked::Credential(id.into()))
    }

    /// Revokes a login with all its credentials (`sid`).
    pub fn session(issuer: impl Into<String>, id: impl Into<String>) -> Self {
        Self::new(issuer, Revoked::Session(id.into()))
    }

    /// Revokes all that a subject was issued until now.
    ///
    /// An issuer's clock may be ahead of this machine's by as much as its [`leeway`](crate::Issuer::leeway), so a
    /// token that is issued within that time after is revoked, too: who logs in again at once may have to do so
    /// once more. So is what doesn't say when it was issued.
    pub fn subject(issuer: impl Into<String>, subject: impl Into<String>) -> Self {
        let revoked = Revoked::Subject {
            subject: subject.into(),
            before: SystemTime::now(),
        };
        Self::new(issuer, revoked)
    }

    /// Revokes all that an issuer issued until now: after a break-in there.
    pub fn issuer(issuer: impl Into<String>) -> Self {
        let before = SystemTime::now();
        Self::new(issuer, Revoked::Issuer { before })
    }

    /// Revokes the very credential of this request, where it has an id. An API key, which lasts until it is
    /// removed, is revoked for good.
    #[must_use]
    pub fn of_credential(caller: &Principal) -> Option<Self> {
        let revocation = Self::credential(caller.issuer(), caller.credential()?);
        let lasts = caller.credential_kind() == Some(CredentialKind::ApiKey);
        Some(if lasts {
            revocation.for_good()
        } else {
            revocation
        })
    }

    /// Revokes the login that this request's credential belongs to, where it says which.
    #[must_use]
    pub fn of_session(caller: &Principal) -> Option<Self> {
        Some(Self::session(caller.issuer(), caller.session()?))
    }

    /// Revokes all that the caller was issued until now.
    #[must_use]
    pub fn of_subject(caller: &Principal) -> Self {
        Self::subject(caller.issuer(), caller.subject())
    }

    /// Forgets it then, instead of after thirty days: when nothing that it revokes can be alive.
    #[must_use]
    pub fn until(mut self, until: SystemTime) -> Self {
        self.until = until;
        self
    }

    /// Remembers it for good, instead of for thirty days: what it revokes has no end of its own.
    #[must_use]
    pub fn for_good(self) -> Self {
        let until = SystemTime::now() + FOR_GOOD;
        self.until(until)
    }

    /// Until when it has to be remembered, in milliseconds since 1970: for stores.
    #[must_use]
    pub fn until_unix_ms(&self) -> i64 {
        let since = self.until.duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::Revocation;
    use crate::{CredentialKind, Identity, Principal};

    #[test]
    fn what_lasts_until_it_is_removed_is_revoked_for_good() {
        let next_year = SystemTime::now() + Duration::from_hours(365 * 24);
        let of = |kind| {
            let machine = Identity::machine("api-keys", "billing").credential("a-key");
            let caller = Principal::verified(machine.credential_kind(kind).into(), true);
            Revocation::of_credential(&caller).expect("it has an id")
        };
        assert!(of(CredentialKind::ApiKey).until > next_year);
        assert!(of(CredentialKind::AccessToken).until < next_year);
        assert!(of(CredentialKind::ApiKey).until_unix_ms() < i64::MAX);
    }
}
