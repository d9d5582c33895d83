#[auth_core::policy(authenticated)]
struct Edit;

fn again(guard: auth_core::Guard<Edit>) -> [auth_core::Guard<Edit>; 2] {
    [guard.clone(), guard]
}

fn main() {}
