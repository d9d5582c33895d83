#[auth_core::requires(hide)]
async fn h() {}

fn main() {}
