#[auth_core::requires(authenticated)]
fn h() {}
fn main() {}
