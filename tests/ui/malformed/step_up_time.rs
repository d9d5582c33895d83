#[auth_core::requires(authenticated, step_up(within = "10 minutes"))]
async fn h() {}

fn main() {}
