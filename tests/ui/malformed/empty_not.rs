#[auth_core::requires(authenticated, not())]
async fn h() {}

fn main() {}
