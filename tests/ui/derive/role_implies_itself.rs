#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Roles)]
enum Role {
    #[implies(Reader)]
    Reader,
}

fn main() {}
