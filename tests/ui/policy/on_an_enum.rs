#[auth_core::policy(authenticated)]
enum Edit {
    Yes,
}

fn main() {}
