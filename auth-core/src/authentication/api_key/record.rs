use std::{fmt, time::SystemTime};

use serde::{Deserialize, Serialize};

use crate::{CredentialKind, Principal, SubjectKind, authentication::StoredIdentity};

/// A key as it is kept: everything but its secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyRecord {
    /// What the key is known by, its prefix first; no secret.
    pub id: String,
    /// Who vouches for whom it stands for; it counts there alone.
    pub issuer: String,
    /// Who calls with it, and what for.
    pub stands_for: StoredIdentity,
    /// When it ends, if it does.
    pub expires_at: Option<SystemTime>,
    /// SHA-256 of all its text but the checksum.
    pub secret_hash: [u8; 32],
    /// When it was issued.
    pub issued_at: SystemTime,
    /// When it was used last, to a minute; a use may go unnoted.
    pub last_used_at: Option<SystemTime>,
}

impl ApiKeyRecord {
    /// Whether it is this caller's to end: it stands for them, and nobody else acts for them. Who calls with a key has
    /// that one alone, since another may do more.
    pub(super) fn is_of(&self, caller: &Principal) -> bool {
        let by_another_key = caller.credential_kind() == Some(CredentialKind::ApiKey)
            && caller.credential() != Some(&*self.id);
        self.is_of_subject(caller.issuer(), caller.kind(), caller.subject())
            && caller.actor().is_none()
            && !by_another_key
    }

    pub(super) fn has_ended(&self, now: SystemTime) -> bool {
        self.expires_at.is_some_and(|ends| ends <= now)
    }

    pub(super) fn is_of_subject(&self, issuer: &str, kind: SubjectKind, subject: &str) -> bool {
        let whose = &self.stands_for;
        (&*self.issuer, whose.kind(), &*whose.subject) == (issuer, kind, subject)
    }
}

impl fmt::Debug for ApiKeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyRecord")
            .field("id", &self.id)
            .field("issuer", &self.issuer)
            .field("stands_for", &self.stands_for)
            .field("expires_at", &self.expires_at)
            .field("issued_at", &self.issued_at)
            .field("last_used_at", &self.last_used_at)
            .finish_non_exhaustive()
    }
}
