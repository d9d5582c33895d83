#[auth_core::requires(authenticated)]
const fn h() {}

fn main() {}
