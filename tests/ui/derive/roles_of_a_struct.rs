#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Roles)]
struct Name;

fn main() {}
