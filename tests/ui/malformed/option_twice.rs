#[auth_core::requires(authenticated, hide, hide)]
async fn h() {}

fn main() {}
