#[auth_core::policy(authenticated)]
struct Edit;

fn main() {
    let _: auth_core::Guard<Edit> = Default::default();
}
