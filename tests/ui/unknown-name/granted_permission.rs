#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Permissions)]
enum Permission {
    TicketDelete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Roles)]
enum Role {
    #[grants("ticket:remove")]
    Admin,
}

fn main() {}
