use auth_core::PolicyRouter;
fn main() { let _: axum::Router = axum::Router::new().merge(PolicyRouter::new()); }
