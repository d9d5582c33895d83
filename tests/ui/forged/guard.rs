struct P;
fn main() { let _ = auth_core::Guard::<P>(std::marker::PhantomData); }
