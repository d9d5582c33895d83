use auth_core::{PolicyRouter, routing::any};

async fn undeclared() {}

fn main() {
    let _: PolicyRouter = PolicyRouter::new().route("/", any(undeclared));
}
