use auth_core::PolicyRouter;
fn served(listener: tokio::net::TcpListener, router: PolicyRouter) { let _ = axum::serve(listener, router); }
fn main() { let _ = served; }
