use std::future::{Ready, ready};

use auth_core::{Guard, PolicyRouter, policy, routing::get};
use axum::{extract::Request, handler::Handler, response::Response};

#[policy(authenticated)]
struct Known;

#[derive(Clone)]
struct App;
struct Mine;
struct Page;

fn page(_: Guard<Known>) -> Page {
    Page
}

/// It names a guard among its arguments, and never extracts it.
impl Handler<(Mine, Guard<Known>), App> for fn(Guard<Known>) -> Page {
    type Future = Ready<Response>;

    fn call(self, _: Request, _: App) -> Self::Future {
        ready(Response::default())
    }
}

fn main() {
    let _: PolicyRouter<App> =
        PolicyRouter::new().route("/", get(page as fn(Guard<Known>) -> Page));
}
