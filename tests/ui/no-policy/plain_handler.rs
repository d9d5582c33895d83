use auth_core::{PolicyRouter, routing::get};
async fn undeclared() -> &'static str { "ok" }
fn main() { let _: PolicyRouter = PolicyRouter::new().route("/", get(undeclared)); }
