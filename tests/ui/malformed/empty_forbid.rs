#[auth_core::requires(authenticated, forbid())]
async fn h() {}

fn main() {}
