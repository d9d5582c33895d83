fn change(mut granted: auth_core::Granted<Vec<u8>>) { granted.push(1); }
fn main() { let _ = change; }
