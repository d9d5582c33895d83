use auth_core::PolicyRouter;

fn main() {
    let inner = axum::Router::<()>::new();
    let _: PolicyRouter = PolicyRouter::new().nest("/inner", inner);
}
