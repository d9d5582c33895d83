#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Roles)]
enum Role { Reader, #[name = "reader"] Other }
fn main() {}
