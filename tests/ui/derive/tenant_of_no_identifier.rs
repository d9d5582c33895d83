struct Org;

#[derive(auth_core::Resource)]
struct Ticket {
    #[key]
    id: u64,
    #[tenant]
    org: Org,
}

fn main() {}
