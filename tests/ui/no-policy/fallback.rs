use auth_core::PolicyRouter;
async fn undeclared() -> &'static str { "ok" }
fn main() { let _: PolicyRouter = PolicyRouter::new().fallback(undeclared); }
