use auth_core::{PolicyRouter, routing::get};
fn main() { let _: PolicyRouter = PolicyRouter::new().route("/", get(|| async { "ok" })); }
