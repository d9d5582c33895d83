use std::future::{Ready, ready};

use auth_core::{
    PolicyRouter, guarded, policy,
    routing::{Declared, WithPolicy, get},
};
use axum::{extract::Request, handler::Handler, response::Response};

#[policy(authenticated)]
struct Known;

#[derive(Clone)]
struct App;
struct Mine;
/// No handler, so that the one of `guarded` doesn't stand in the way.
#[derive(Clone)]
struct Page;

/// It is given a policy, and never asks it.
impl Handler<Declared<Mine>, App> for WithPolicy<Known, Page, Mine> {
    type Future = Ready<Response>;

    fn call(self, _: Request, _: App) -> Self::Future {
        ready(Response::default())
    }
}

fn main() {
    let _: PolicyRouter<App> = PolicyRouter::new().route("/", get(guarded(Known, Page)));
}
