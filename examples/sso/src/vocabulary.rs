//! The noticeboard's roles, as the provider states them in the claim `roles`.

use auth_core::Roles;

/// What somebody is on the noticeboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
pub(crate) enum Role {
    /// Reads notices.
    Reader,
    /// Writes them, too.
    #[implies(Reader)]
    Writer,
}
