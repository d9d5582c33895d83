fn main() { let _: auth_core::Granted<u8> = auth_core::Granted(1, None, std::marker::PhantomData); }
