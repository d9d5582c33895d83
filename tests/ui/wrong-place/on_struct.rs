#[auth_core::requires(authenticated)]
struct Ticket;
fn main() {}
