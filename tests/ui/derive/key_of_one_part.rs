#[derive(auth_core::Resource)]
#[resource(params("slug"))]
struct Page {
    #[key]
    id: u64,
}

fn main() {}
