use std::future::{Future, Ready, ready};

use auth_core::{Guard, PolicyRouter, policy, routing::get};
use axum::{
    extract::{FromRequest, Request},
    handler::Handler,
    response::Response,
};

#[policy(authenticated)]
struct Known;

#[derive(Clone)]
struct App;
struct Mine;
/// No extractor, so that axum's own implementation for functions doesn't stand in the way.
struct NoExtractor;
struct Last;

impl FromRequest<App, Mine> for Last {
    type Rejection = std::convert::Infallible;

    fn from_request(_: Request, _: &App) -> impl Future<Output = Result<Self, Self::Rejection>> + Send {
        ready(Ok(Self))
    }
}

fn page(_: Guard<Known>, _: NoExtractor, _: Last) -> Ready<&'static str> {
    ready("never runs")
}

type Page = fn(Guard<Known>, NoExtractor, Last) -> Ready<&'static str>;

/// It names a guard among its arguments, and never extracts it.
impl Handler<(Mine, Guard<Known>, NoExtractor, Last), App> for Page {
    type Future = Ready<Response>;

    fn call(self, _: Request, _: App) -> Self::Future {
        ready(Response::default())
    }
}

fn main() {
    let _: PolicyRouter<App> = PolicyRouter::new().route("/", get(page as Page));
}
