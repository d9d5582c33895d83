use auth_core::{PolicyRouter, public, routing::get};

struct Page;

#[public(because = "a test")]
async fn h() -> Page {
    Page
}

fn main() {
    let _: PolicyRouter = PolicyRouter::new().route("/", get(h));
}
