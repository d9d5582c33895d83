#[auth_core::policy(authenticated, step_up(within = "10m"))]
struct Recent;

#[auth_core::requires(any(policy = Recent, scope = "a"))]
async fn h() {}

fn main() {}
