#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Roles)]
enum Role {
    Reader,
    Writer(u8),
}

fn main() {}
