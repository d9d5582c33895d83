#[auth_core::requires(not(authenticated, scope = "a"))]
async fn h() {}

fn main() {}
