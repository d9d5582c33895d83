#[auth_core::requires(authenticated, fresh, fresh(within = "30s"))]
async fn h() {}

fn main() {}
