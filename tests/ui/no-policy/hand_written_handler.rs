use auth_core::{Guard, PolicyRouter, policy, routing::get};
use axum::{extract::Request, handler::Handler};

#[policy(authenticated)]
struct Known;

/// It names a guard among its arguments, and never extracts it.
#[derive(Clone)]
struct Unguarded;

impl Handler<((), Guard<Known>), ()> for Unguarded {
    type Future = std::future::Ready<axum::response::Response>;

    fn call(self, _: Request, _: ()) -> Self::Future {
        std::future::ready(axum::response::Response::default())
    }
}

fn main() {
    let _: PolicyRouter = PolicyRouter::new().route("/", get(Unguarded));
}
