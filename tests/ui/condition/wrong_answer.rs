#[auth_core::condition]
fn odd(_: &auth_core::Context) -> u8 { 1 }
fn main() {}
