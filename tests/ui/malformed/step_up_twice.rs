#[auth_core::requires(authenticated, step_up(within = "10m"), step_up(acr = "mfa"))]
async fn h() {}

fn main() {}
