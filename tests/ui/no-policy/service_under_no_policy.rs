use auth_core::PolicyRouter;

fn main() {
    let files = axum::routing::get(|| async { "a file" });
    let _: PolicyRouter = PolicyRouter::new().nest_service("/files", "static files", files);
}
