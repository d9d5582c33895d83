#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Roles)]
enum Role {
    Reader,
    #[implies(Reader)]
    Writer,
}

#[auth_core::requires(role = "")]
async fn h() {}

fn main() {}
