#[auth_core::requires(any(authenticated, step_up(within = "10m")))]
async fn h() {}

fn main() {}
