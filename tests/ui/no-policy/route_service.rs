use auth_core::PolicyRouter;

fn main() {
    let service = axum::Router::<()>::new();
    let _: PolicyRouter = PolicyRouter::new().route_service("/files", service);
}
