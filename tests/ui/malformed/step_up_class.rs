#[auth_core::requires(authenticated, step_up(acr = "mfa pwd"))]
async fn h() {}

fn main() {}
