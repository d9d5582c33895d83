use auth_core::{Permissions, Relations, Roles};

use crate::domain::Project;

/// What people are; in a token's `roles` as `reader`, `writer`, `admin`, `operator`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
pub(crate) enum Role {
    Reader,
    #[implies(Reader)]
    Writer,
    #[implies(Writer)]
    #[grants("ticket:delete")]
    Admin,
    /// Runs the tracker for all organisations, and is no admin of any.
    Operator,
}

/// What may be granted by itself; in a token's `permissions` as `ticket:delete`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Permissions)]
pub(crate) enum Permission {
    TicketDelete,
}

/// How people stand to a project; in the table of members as `viewer`, `member`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Project)]
pub(crate) enum ProjectRole {
    Viewer,
    #[implies(Viewer)]
    Member,
}
