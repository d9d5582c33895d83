use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{Fills, unknown_names::UnknownNames};
#[cfg(feature = "api-keys")]
use crate::{CredentialKind, Principal};
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

    /// Whether a caller may do all by themselves that a kept credential of theirs may, as far as what they call with says.
    #[cfg(feature = "api-keys")]
    pub(crate) fn covers(&self, caller: &Principal, stored: &StoredIdentity) -> bool {
        // Nobody's login was granted scopes: it isn't limited to any.
        let unlimited = caller.credential_kind() == Some(CredentialKind::Session);
        let has_scope = |scope: &String| unlimited || caller.has_scope(scope);
        let tenant = stored.tenant.as_deref();
        let held = |vocabularies: &[&'static Vocabulary], name: &String| {
            let mut places = vocabularies
                .iter()
                .filter_map(|one| Some((*one, u16::try_from(one.index_of(name)?).ok()?)));
            places.any(|(vocabulary, index)| caller.holds(vocabulary, index))
        };
        tenant.is_none_or(|tenant| caller.tenant() == Some(tenant))
            && stored.roles.iter().all(|name| held(&self.roles, name))
            && stored
                .permissions
                .iter()
                .all(|name| held(&self.permissions, name))
            && stored.scopes.iter().all(has_scope)
    }

    /// What an authenticator with these fills.
    #[doc(hidden)]
    #[must_use]
    pub fn fills(&self) -> Fills {
        Fills {
            vocabularies: [&self.roles[..], &self.permissions].concat(),
            tenants: true,
        }
    }
}

impl fmt::Debug for Vocabularies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self
            .roles
            .iter()
            .chain(&self.permissions)
            .map(|one| one.type_name);
        f.debug_set().entries(names).finish()
    }
}
