use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Identity, Principal, SubjectKind};

/// A caller as a job keeps them: who they are, and in which tenant they act. What they may do is no part of it, since
/// that may change until the job is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredCaller {
    /// Who vouches for them.
    pub issuer: String,
    /// Who they are there.
    pub subject: String,
    /// Whether that is a person.
    pub person: bool,
    /// The tenant they act for.
    pub tenant: Option<String>,
}

/// The caller's credential was given out to do less than they may themselves, or somebody acts for them: whoever is made again
/// of them might do more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limited;

impl fmt::Display for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the caller's credential was given out to do less than the caller may, so no job is done later with all of that: \
             do it at once, or by a program of the app's own",
        )
    }
}

impl std::error::Error for Limited {}

impl StoredCaller {
    /// Who called. Where the request has a body, which may come late, ask first whether their credential
    /// [counts still](Principal::still_counts): a job outlasts the request.
    ///
    /// # Errors
    ///
    /// They called with a key, or somebody acts for them: neither may do all that they may.
    pub fn of(caller: &Principal) -> Result<Self, Limited> {
        if caller.states_all() || caller.actor().is_some() {
            return Err(Limited);
        }
        Ok(Self {
            issuer: caller.issuer().to_owned(),
            subject: caller.subject().to_owned(),
            person: caller.kind() == SubjectKind::Person,
            tenant: caller.tenant().map(str::to_owned),
        })
    }

    pub(super) fn identity(&self) -> Identity {
        let kind = if self.person {
            SubjectKind::Person
        } else {
            SubjectKind::Machine
        };
        let identity = Identity::of(kind, self.issuer.as_str(), self.subject.as_str());
        match &self.tenant {
            Some(tenant) => identity.tenant(tenant.as_str()),
            None => identity,
        }
    }
}
