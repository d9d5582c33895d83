fn main() {
    let _: auth_core::Granted<u8> = serde_json::from_str("1").unwrap();
}
