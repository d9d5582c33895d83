#[derive(auth_core::Resource)]
struct Ticket {
    #[key]
    id: u64,
    #[key]
    number: u64,
}

fn main() {}
