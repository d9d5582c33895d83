use auth_core::{PolicyRouter, routing::get};

#[axum::debug_handler]
async fn undeclared() {}

fn main() {
    let _: PolicyRouter = PolicyRouter::new().route("/", get(undeclared));
}
