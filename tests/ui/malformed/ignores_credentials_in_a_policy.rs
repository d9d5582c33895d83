use auth_core::policy;

#[policy(authenticated, ignores_credentials)]
struct Known;

fn main() {}
