#[derive(auth_core::Resource)]
struct Ticket { #[owner] a: u64, #[owner] b: u64 }
fn main() {}
