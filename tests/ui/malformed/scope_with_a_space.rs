#[auth_core::requires(scope = "tickets:read tickets:write")]
async fn h() {}

fn main() {}
