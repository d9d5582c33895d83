#[auth_core::requires(fresh)]
async fn h() {}

fn main() {}
