use auth_core::{PolicyRouter, public, routing::get};

#[public(because = "a test")]
async fn declared() {}

async fn undeclared() {}

fn main() {
    let _: PolicyRouter = PolicyRouter::new().route("/", get(declared).post(undeclared));
}
