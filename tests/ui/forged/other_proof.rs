use auth_core::Granted;

#[auth_core::policy(authenticated)]
struct Read;

#[auth_core::policy(authenticated)]
struct Edit;

fn close(_: Granted<u8, Edit>) {}

fn call(ticket: Granted<u8, Read>) {
    close(ticket);
}

fn main() {}
