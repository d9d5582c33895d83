#[auth_core::requires(all(authenticated, unless = |p: &auth_core::Principal| p.subject() == "x"))]
async fn h() {}

fn main() {}
