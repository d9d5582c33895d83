#[derive(auth_core::Resource)]
#[resource(parameter = "slug")]
struct Ticket {
    #[key]
    id: u64,
}

fn main() {}
