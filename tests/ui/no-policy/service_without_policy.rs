use auth_core::PolicyRouter;
fn main() { let _: PolicyRouter = PolicyRouter::new().nest_service("/assets", axum::routing::get(|| async { "ok" })); }
