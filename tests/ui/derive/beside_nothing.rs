/// A folder.
#[derive(auth_core::Resource)]
#[resource(beside)]
struct Folder {
    #[key]
    id: u32,
}

fn main() {}
