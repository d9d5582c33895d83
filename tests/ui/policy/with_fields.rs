#[auth_core::policy(authenticated)]
struct Edit {
    why: &'static str,
}

fn main() {}
