#[auth_core::requires(authenticated, step_up)]
async fn h() {}

fn main() {}
