#[auth_core::requires(authenticated, step_up(max_age = "10m"))]
async fn h() {}

fn main() {}
