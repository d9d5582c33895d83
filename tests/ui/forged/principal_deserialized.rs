fn main() {
    let _: auth_core::Principal = serde_json::from_str("{}").unwrap();
}
