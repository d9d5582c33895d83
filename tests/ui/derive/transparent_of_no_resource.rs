#[derive(auth_core::Resource)]
#[resource(transparent)]
struct Recipient(u64);

fn main() {}
