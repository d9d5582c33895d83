use auth_core::{Roles, requires};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
enum Role {
    Writer,
}

#[requires(any(role = "writer", authenticated), ignores_credentials)]
async fn write() {}

fn main() {}
