use auth_core::{Roles, requires};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
enum Role {
    Reader,
}

#[requires(role = "reader" | "writer")]
async fn read() {}

#[requires(role = "reader", unless = role = "guest")]
async fn write() {}

fn main() {}
