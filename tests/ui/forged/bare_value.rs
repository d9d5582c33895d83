use auth_core::Granted;

#[auth_core::policy(authenticated)]
struct Edit;

fn close(_: Granted<u8, Edit>) {}

fn main() {
    close(7);
}
