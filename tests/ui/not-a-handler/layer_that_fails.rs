use auth_core::PolicyRouter;
use tower::layer::layer_fn;

#[derive(Clone)]
struct NoService;

fn main() {
    let _: PolicyRouter = PolicyRouter::new().layer(layer_fn(|_: axum::routing::Route| NoService));
}
