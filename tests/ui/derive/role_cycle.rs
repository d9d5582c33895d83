#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Roles)]
enum Role { #[implies(Writer)] Reader, #[implies(Reader)] Writer }
fn main() {}
