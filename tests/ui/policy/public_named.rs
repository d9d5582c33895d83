#[auth_core::requires(policy = auth_core::routing::Public)]
async fn h() {}

fn main() {}
