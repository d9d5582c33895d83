use auth_core::{PolicyRouter, Principal, routing::get};
async fn undeclared(me: Principal, body: String) -> String { let _ = me; body }
fn main() { let _: PolicyRouter = PolicyRouter::new().route("/", get(undeclared)); }
