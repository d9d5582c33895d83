#[auth_core::requires(any(authenticated, fresh))]
async fn h() {}

fn main() {}
