#[derive(auth_core::Resource)]
enum Ticket { Open }
fn main() {}
