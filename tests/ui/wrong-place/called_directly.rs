#[auth_core::requires(authenticated)]
async fn h() {}
async fn caller() { h().await }
fn main() { let _ = caller; }
