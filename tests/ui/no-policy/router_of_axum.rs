use auth_core::PolicyRouter;
fn main() { let _: PolicyRouter = PolicyRouter::new().merge(axum::Router::new()); }
