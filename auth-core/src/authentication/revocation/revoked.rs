use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::{Principal, authentication::LONGEST_LEEWAY};

/// What no longer counts, of which issuer, and how long that has to be remembered.
///
/// It is remembered for good, unless it is known when the last of what it revokes ends: see
/// [`until`](Self::until). A forgotten revocation brings back to life what outlives it, and keys, logins and
/// what is issued for them may live for years.
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

/// As good as for good: a century, a time that every store can write down.
const FOR_GOOD: Duration = Duration::from_hours(100 * 365 * 24);

impl Revocation {
    fn new(issuer: impl Into<String>, revoked: Revoked) -> Self {
        Self {
            issuer: issuer.into(),
            revoked,
            until: SystemTime::now() + FOR_GOOD,
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

    /// Revokes all that a subject was issued until now, person and program of that text alike.
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

    /// Revokes the very credential of this request, where it has an id: until it ends, where it says when.
    #[must_use]
    pub fn of_credential(caller: &Principal) -> Option<Self> {
        let (issuer, _) = caller.credential_names();
        let revocation = Self::credential(issuer, caller.credential()?);
        Some(match caller.credential_expires_at() {
            Some(at) => revocation.until(at),
            None => revocation,
        })
    }

    /// Revokes the login that this request's credential belongs to, where it says which.
    #[must_use]
    pub fn of_session(caller: &Principal) -> Option<Self> {
        let (issuer, _) = caller.credential_names();
        Some(Self::session(issuer, caller.session()?))
    }

    /// Revokes all that the caller was issued until now: whom their credential names, whoever an
    /// [`Enrich`](crate::Enrich) says that they are.
    #[must_use]
    pub fn of_subject(caller: &Principal) -> Self {
        let (issuer, subject) = caller.credential_names();
        Self::subject(issuer, subject)
    }

    /// Forgets it once all that it revokes has ended, which is then: a token's `exp`, the longest that a login may
    /// live. It is kept for a minute more, since a token counts until its issuer's
    /// [`leeway`](crate::Issuer::leeway) is over.
    #[must_use]
    pub fn until(mut self, ends: SystemTime) -> Self {
        self.until = ends.checked_add(LONGEST_LEEWAY).unwrap_or(ends);
        self
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
    use crate::{Identity, Principal, authentication::LONGEST_LEEWAY};

    #[test]
    fn what_is_revoked_stays_so_as_long_as_it_can_live() {
        let now = SystemTime::now();
        let in_years = now + Duration::from_hours(50 * 365 * 24);
        let of = |identity: Identity| Principal::verified(identity.into(), true);
        let ann = Identity::person("i", "ann").credential("c").session("s");
        let caller = of(ann.clone());
        for lasting in [
            Some(Revocation::credential("i", "c")),
            Some(Revocation::session("i", "s")),
            Some(Revocation::subject("i", "ann")),
            Some(Revocation::issuer("i")),
            Some(Revocation::of_subject(&caller)),
            Revocation::of_session(&caller),
            Revocation::of_credential(&caller),
        ] {
            let lasting = lasting.expect("the caller has it");
            assert!(lasting.until > in_years, "{lasting:?}");
            assert!(lasting.until_unix_ms() < i64::MAX);
        }
        let ends = now + Duration::from_hours(1);
        let ending = Revocation::of_credential(&of(ann.expires_at(ends)));
        let ending = ending.expect("it has an id");
        assert_eq!(ending.until, ends + LONGEST_LEEWAY);
    }
}
