#[derive(Clone)]
struct App;

#[auth_core::requires(authenticated, fresh)]
async fn h() {}

fn main() {
    let _ = auth_core::PolicyRouter::<App>::new().route("/", auth_core::routing::get(h));
}
