#[auth_core::policy]
struct Edit;

fn main() {}
