#[auth_core::requires(authenticated, fresh = "30s")]
async fn h() {}

fn main() {}
