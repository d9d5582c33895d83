use auth_core::{PolicyRouter, routing::on};
use axum::routing::MethodFilter;

async fn undeclared() {}

fn main() {
    let _: PolicyRouter = PolicyRouter::new().route("/", on(MethodFilter::GET, undeclared));
}
