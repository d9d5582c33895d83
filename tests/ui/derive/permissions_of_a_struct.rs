#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Permissions)]
struct Name;

fn main() {}
