#[derive(auth_core::Resource)]
#[resource(param = "slug", query = "page")]
struct Page {
    #[key]
    id: u64,
}

fn main() {}
