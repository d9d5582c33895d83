use auth_core::{Problem, public};
use axum::http::StatusCode;

#[public(because = "that there is no such path says nothing about anyone")]
pub(crate) async fn path() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no_such_path")
}

#[public(because = "which methods a path has says nothing about anyone")]
pub(crate) async fn method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "no_such_method")
}
