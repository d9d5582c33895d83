#[derive(auth_core::Resource)]
struct Ticket {
    #[key]
    id: u64,
    #[parent]
    project: u64,
}

fn main() {}
