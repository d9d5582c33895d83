use auth_core::DeclaredHandler;
use axum::{extract::Request, handler::Handler};

struct Mine;

#[derive(Clone)]
struct Unguarded;

impl Handler<Mine, ()> for Unguarded {
    type Future = std::future::Ready<axum::response::Response>;

    fn call(self, _: Request, _: ()) -> Self::Future {
        std::future::ready(axum::response::Response::default())
    }
}

impl DeclaredHandler<Mine, ()> for Unguarded {
    const DECLARED: auth_core::guard::declares::Declaration = panic!();

    fn said(&self) -> Option<auth_core::__private::Said> {
        None
    }
}

fn main() {}
