fn main() { let _ = auth_core::Principal::default(); }
