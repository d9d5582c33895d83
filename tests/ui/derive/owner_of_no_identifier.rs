#[derive(auth_core::Resource)]
struct Ticket { #[owner] author: Vec<u8> }
fn main() {}
