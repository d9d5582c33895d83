use auth_core::{Permissions, Roles};

/// What people are; in a token's `roles` as `reader`, `writer`, `admin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
pub(crate) enum Role {
    Reader,
    #[implies(Reader)]
    Writer,
    #[implies(Writer)]
    #[grants("ticket:delete")]
    Admin,
}

/// What may be granted by itself; in a token's `permissions` as `ticket:delete`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Permissions)]
pub(crate) enum Permission {
    TicketDelete,
}
