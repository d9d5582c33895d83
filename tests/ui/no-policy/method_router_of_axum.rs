use auth_core::PolicyRouter;
fn main() { let _: PolicyRouter = PolicyRouter::new().route("/", axum::routing::get(|| async { "ok" })); }
