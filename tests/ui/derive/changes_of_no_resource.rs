struct Ticket;

#[derive(auth_core::Resource)]
#[resource(proposed, changes = Ticket)]
struct Edited {
    #[key]
    id: u64,
}

fn main() {}
