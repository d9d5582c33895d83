fn twice(granted: auth_core::Granted<u8>) -> (auth_core::Granted<u8>, auth_core::Granted<u8>) { (granted.clone(), granted) }
fn main() { let _ = twice; }
