#[auth_core::requires(role = "writer")]
async fn h() {}

fn main() {}
