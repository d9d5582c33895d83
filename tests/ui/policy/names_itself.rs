#[auth_core::policy(policy = Edit)]
struct Edit;

fn main() {}
