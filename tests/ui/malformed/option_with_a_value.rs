#[auth_core::requires(authenticated, hide = true)]
async fn h() {}

fn main() {}
