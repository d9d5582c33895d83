#[auth_core::requires(authenticated, any())]
async fn h() {}

fn main() {}
