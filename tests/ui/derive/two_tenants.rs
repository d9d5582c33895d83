#[derive(auth_core::Resource)]
struct Ticket {
    #[key]
    id: u64,
    #[tenant]
    org: String,
    #[tenant]
    team: String,
}

fn main() {}
