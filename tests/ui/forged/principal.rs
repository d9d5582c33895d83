fn main() { let _ = auth_core::Principal(std::sync::Arc::new(auth_core::Identity::person("a", "b"))); }
