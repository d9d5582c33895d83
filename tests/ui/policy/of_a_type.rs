#[auth_core::policy(authenticated)]
struct Edit<T>;

fn main() {}
