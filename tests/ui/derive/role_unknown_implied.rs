#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Roles)]
enum Role { Reader, #[implies(Redaer)] Writer }
fn main() {}
