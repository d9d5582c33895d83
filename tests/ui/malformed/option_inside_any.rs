#[auth_core::requires(any(authenticated, hide))]
async fn h() {}

fn main() {}
