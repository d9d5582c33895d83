#[auth_core::public(role = "writer")]
async fn h() {}

fn main() {}
