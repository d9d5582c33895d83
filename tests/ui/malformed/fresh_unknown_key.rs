#[auth_core::requires(authenticated, fresh(age = "30s"))]
async fn h() {}

fn main() {}
