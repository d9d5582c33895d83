#[auth_core::requires(authenticated, fresh())]
async fn h() {}

fn main() {}
