#[derive(Debug, PartialEq, Eq, auth_core::Roles)]
enum Role {
    Reader,
}

fn main() {}
