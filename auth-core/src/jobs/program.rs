use std::{fmt, panic::Location, sync::Arc};

use crate::{CredentialKind, Identity};

/// The issuer of programs of the app's own. No credential states it.
pub(crate) const PROGRAMS: &str = "own-programs";

/// A program of the app's own.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// What it does, for who reads the table of policies.
    pub(crate) does: &'static str,
    pub(crate) identity: Arc<Identity>,
    pub(crate) at: &'static Location<'static>,
}

impl Program {
    pub(crate) fn new(
        name: &'static str,
        does: &'static str,
        may: impl FnOnce(Identity) -> Identity,
        at: &'static Location<'static>,
    ) -> Self {
        let program = Identity::machine(PROGRAMS, name);
        let identity = may(program).credential_kind(CredentialKind::Other("program"));
        Self {
            name,
            does,
            identity: Arc::new(identity),
            at,
        }
    }

    /// Whether it is what its name says, and not somebody else that was put in its place.
    pub(crate) fn is_itself(&self) -> bool {
        (self.identity.issuer(), self.identity.subject()) == (PROGRAMS, self.name)
            && self.identity.kind() == crate::SubjectKind::Machine
            && !self.name.is_empty()
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, line) = (self.at.file(), self.at.line());
        write!(
            f,
            "program {}\t{}\t{}\t{file}:{line}",
            self.name,
            self.identity.may(),
            self.does
        )
    }
}
