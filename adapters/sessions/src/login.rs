use std::time::SystemTime;

use auth_core::StoredIdentity;
use serde::{Deserialize, Serialize};

/// Somebody who has just proved who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    pub(crate) issuer: String,
    pub(crate) stands_for: StoredIdentity,
    pub(crate) at: SystemTime,
    pub(crate) class: Option<String>,
    pub(crate) provider_session: Option<String>,
    pub(crate) note: Option<String>,
}

impl Login {
    /// A login that happened now; `issuer` vouches for it.
    pub fn new(issuer: impl Into<String>, stands_for: StoredIdentity) -> Self {
        Self {
            issuer: issuer.into(),
            stands_for,
            at: SystemTime::now(),
            class: None,
            provider_session: None,
            note: None,
        }
    }

    /// It happened earlier: what the issuer says in `auth_time`.
    #[must_use]
    pub fn at(mut self, at: SystemTime) -> Self {
        self.at = at;
        self
    }

    /// How strong it was (OIDC `acr`).
    #[must_use]
    pub fn class(mut self, class: impl Into<String>) -> Self {
        self.class = Some(class.into());
        self
    }

    /// The issuer's own session that it belongs to (`sid`), so that a logout there ends this one, too.
    #[must_use]
    pub fn provider_session(mut self, id: impl Into<String>) -> Self {
        // An empty one names none, and not one that all share.
        self.provider_session = Some(id.into()).filter(|id| !id.is_empty());
        self
    }

    /// Something by which its owner will know it among others: a device's name.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}
