#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Permissions)]
enum Permission {
    TicketDelete,
}

#[auth_core::requires(role = Permission::TicketDelete)]
async fn h() {}

fn main() {}
