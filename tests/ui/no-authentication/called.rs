use auth_core::{PolicyRouter, public, routing::get};
use tower::ServiceExt;

#[public(because = "a test")]
async fn open() {}

fn main() {
    let router: PolicyRouter = PolicyRouter::new().route("/", get(open));
    let request = http::Request::new(axum::body::Body::empty());
    let _ = router.oneshot(request);
}
