#[derive(auth_core::Resource)]
struct Ticket<T> {
    #[key]
    id: T,
}

fn main() {}
