#[derive(auth_core::Resource)]
struct Project {
    id: u64,
}

#[derive(auth_core::Resource)]
struct Ticket {
    #[key]
    id: u64,
    #[parent(Project)]
    project: u64,
}

fn main() {}
