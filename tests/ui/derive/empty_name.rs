#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Roles)]
enum Role {
    #[name = ""]
    Reader,
}

fn main() {}
