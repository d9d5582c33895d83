#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Roles)]
enum Role {
    #[grants("ticket:delete")]
    Admin,
}

fn main() {}
