#[auth_core::requires(scope = tickets)]
async fn h() {}

fn main() {}
