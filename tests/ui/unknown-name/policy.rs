#[auth_core::policy(authenticated)]
struct EditTicket;

#[auth_core::requires(policy = EditTickt)]
async fn h() {}

fn main() {}
