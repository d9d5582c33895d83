use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::unknown_names::UnknownNames;
use crate::{Identity, Permissions, Roles, SubjectKind, principal::Vocabulary};

/// Who a kept credential stands for, as a store keeps it: names as text, which become the app's own when
/// the credential is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredIdentity {
    /// Who calls.
    pub subject: String,
    /// Whether that is a person.
    pub person: bool,
    /// Roles, by their names.
    pub roles: Vec<String>,
    /// Permissions, by their names.
    pub permissions: Vec<String>,
    /// Scopes.
    pub scopes: Vec<String>,
    /// The tenant they act for.
    pub tenant: Option<String>,
}

impl StoredIdentity {
    fn of(subject: String, person: bool) -> Self {
        Self {
            subject,
            person,
            roles: Vec::new(),
            permissions: Vec::new(),
            scopes: Vec::new(),
            tenant: None,
        }
    }

    /// A program.
    pub fn machine(subject: impl Into<String>) -> Self {
        Self::of(subject.into(), false)
    }

    /// A human being.
    pub fn person(subject: impl Into<String>) -> Self {
        Self::of(subject.into(), true)
    }

    /// Person or machine.
    #[must_use]
    pub fn kind(&self) -> SubjectKind {
        if self.person {
            SubjectKind::Person
        } else {
            SubjectKind::Machine
        }
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

    /// Sets the tenant they act for.
    #[must_use]
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }
}

fn add(all: &mut Vec<&'static Vocabulary>, new: &'static Vocabulary) {
    for known in &*all {
        if let Some(name) = new.shares(known) {
            panic!(
                "`{}` and `{}` both have {name:?}, and a stored name doesn't say which is meant: give one of them \
                 another, `#[name = \"…\"]`",
                known.type_name, new.type_name,
            );
        }
    }
    all.push(new);
}

/// The app's vocabularies that stored names are of.
#[derive(Clone, Default)]
pub struct Vocabularies {
    roles: Vec<&'static Vocabulary>,
    permissions: Vec<&'static Vocabulary>,
    unknown: Arc<UnknownNames>,
}

impl Vocabularies {
    /// Stored roles are the app's.
    ///
    /// # Panics
    ///
    /// On a name that another of these vocabularies has: what is stored is the name alone.
    pub fn roles<R: Roles>(&mut self) {
        add(&mut self.roles, R::VOCABULARY);
    }

    /// Stored permissions are the app's.
    ///
    /// # Panics
    ///
    /// On a name that another of these vocabularies has: what is stored is the name alone.
    pub fn permissions<P: Permissions>(&mut self) {
        add(&mut self.permissions, P::VOCABULARY);
    }

    /// Who a kept credential names, whom `issuer` vouches for. Names the app doesn't know are dropped,
    /// and logged once.
    #[must_use]
    pub fn identity(&self, issuer: &str, stored: &StoredIdentity) -> Identity {
        let mut identity = Identity::of(stored.kind(), issuer, stored.subject.as_str());
        for (vocabularies, names) in [
            (&self.roles, &stored.roles),
            (&self.permissions, &stored.permissions),
        ] {
            for vocabulary in vocabularies {
                for name in names {
                    identity = self.unknown.hold(vocabulary, name, identity);
                }
            }
        }
        for scope in &stored.scopes {
            identity = identity.scope(scope.as_str());
        }
        match &stored.tenant {
            Some(tenant) => identity.tenant(tenant.as_str()),
            None => identity,
        }
    }

    /// What an authenticator with these fills.
    #[doc(hidden)]
    #[must_use]
    pub fn all(&self) -> Vec<&'static Vocabulary> {
        [&self.roles[..], &self.permissions].concat()
    }
}

impl fmt::Debug for Vocabularies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.all().into_iter().map(|one| one.type_name);
        f.debug_set().entries(names).finish()
    }
}
