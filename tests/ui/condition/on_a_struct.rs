#[auth_core::condition]
struct Unlocked;

fn main() {}
