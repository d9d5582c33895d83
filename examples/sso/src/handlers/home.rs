use auth_core::{Principal, Problem, public};
use axum::response::IntoResponse;
use http::{
    StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};

use crate::pages::{Caller, Home, Page};

#[public(because = "it is where one logs in")]
pub(crate) async fn home(me: Option<Principal>) -> Page<Home> {
    Page(Home {
        me: me.as_ref().map(Caller::of),
    })
}

#[public(because = "the pages of those who are logged out look like something, too")]
pub(crate) async fn style() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, include_str!("../../templates/style.css"))
}

#[public(
    because = "that there is nothing is told to anyone",
    ignores_credentials
)]
pub(crate) async fn nothing() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found")
}
