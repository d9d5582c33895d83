#[auth_core::condition]
fn odd(n: u8) -> bool { n % 2 == 1 }
fn main() {}
