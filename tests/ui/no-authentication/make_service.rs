use auth_core::{PolicyRouter, public, routing::get};

#[public(because = "it greets")]
async fn hello() {}

fn main() {
    let app: PolicyRouter = PolicyRouter::new().route("/", get(hello));
    let _ = app.into_make_service();
}
