use auth_core::PolicyRouter;

async fn undeclared() {}

fn main() {
    let _: PolicyRouter = PolicyRouter::new().method_not_allowed_fallback(undeclared);
}
