#[auth_core::requires(authenticated)]
mod handlers {}

fn main() {}
