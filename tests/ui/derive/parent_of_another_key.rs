#[derive(auth_core::Resource)]
struct Project {
    #[key]
    id: u64,
}

#[derive(auth_core::Resource)]
struct Ticket {
    #[key]
    id: u64,
    #[parent(Project)]
    project: String,
}

fn main() {}
