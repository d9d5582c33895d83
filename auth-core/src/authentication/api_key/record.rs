use std::{
    fmt,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use crate::{Permissions, Roles, SubjectKind};

/// A key as it is kept: everything but its secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyRecord {
    /// What the key is known by; no secret.
    pub id: String,
    /// What the key may be used for.
    #[serde(flatten)]
    pub key: NewApiKey,
    /// SHA-256 of its secret.
    pub secret_hash: [u8; 32],
    /// When it was issued.
    pub issued_at: SystemTime,
    /// When it was used last, to a minute.
    pub last_used_at: Option<SystemTime>,
}

impl fmt::Debug for ApiKeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyRecord")
            .field("id", &self.id)
            .field("key", &self.key)
            .field("issued_at", &self.issued_at)
            .field("last_used_at", &self.last_used_at)
            .finish_non_exhaustive()
    }
}

/// Who a key stands for, and what it may be used for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NewApiKey {
    /// Who calls with it.
    pub subject: String,
    /// Whether that is a person.
    pub person: bool,
    /// Roles, by their names.
    pub roles: Vec<String>,
    /// Permissions, by their names.
    pub permissions: Vec<String>,
    /// Scopes.
    pub scopes: Vec<String>,
    /// The tenant it acts for.
    pub tenant: Option<String>,
    /// When it ends.
    pub expires_at: Option<SystemTime>,
}

impl NewApiKey {
    fn of(subject: String, person: bool) -> Self {
        Self {
            subject,
            person,
            roles: Vec::new(),
            permissions: Vec::new(),
            scopes: Vec::new(),
            tenant: None,
            expires_at: None,
        }
    }

    /// A key of a program.
    pub fn machine(subject: impl Into<String>) -> Self {
        Self::of(subject.into(), false)
    }

    /// A key of a person's own, for a script that acts for them.
    pub fn person(subject: impl Into<String>) -> Self {
        Self::of(subject.into(), true)
    }

    /// Adds a role.
    #[must_use]
    pub fn role<R: Roles>(mut self, role: R) -> Self {
        self.roles.push(role.word().name.to_owned());
        self
    }

    /// Adds a permission.
    #[must_use]
    pub fn permission<P: Permissions>(mut self, permission: P) -> Self {
        self.permissions.push(permission.word().name.to_owned());
        self
    }

    /// Adds a scope.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Sets the tenant it acts for.
    #[must_use]
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// Ends it after that time.
    #[must_use]
    pub fn expires_in(mut self, time: Duration) -> Self {
        self.expires_at = Some(SystemTime::now() + time);
        self
    }

    pub(super) fn kind(&self) -> SubjectKind {
        if self.person {
            SubjectKind::Person
        } else {
            SubjectKind::Machine
        }
    }
}
