#[auth_core::requires(authenticated, step_up(within = 600))]
async fn h() {}

fn main() {}
