fn main() {
    let _: auth_core::Granted<u8> = Default::default();
}
