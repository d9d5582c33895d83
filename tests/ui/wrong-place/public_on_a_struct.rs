#[auth_core::public(because = "a test")]
struct Handler;

fn main() {}
