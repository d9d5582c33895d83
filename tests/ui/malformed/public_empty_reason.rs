#[auth_core::public(because = " ")]
async fn h() {}

fn main() {}
