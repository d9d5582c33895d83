#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Permissions)]
enum Permission {
    TicketUpdate,
    TicketDelete,
}

#[auth_core::requires(permission = "ticket:updat")]
async fn h() {}

fn main() {}
