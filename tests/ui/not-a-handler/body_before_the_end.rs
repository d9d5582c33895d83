use auth_core::{PolicyRouter, public, routing::post};

#[public(because = "a test")]
async fn h(body: String, method: http::Method) -> String {
    format!("{method} {body}")
}

fn main() {
    let _: PolicyRouter = PolicyRouter::new().route("/", post(h));
}
