use auth_core::{PolicyRouter, condition, requires, routing::get};
use axum::extract::State;

#[derive(Clone)]
struct Directory;

#[condition]
fn known(directory: State<Directory>) -> bool {
    let State(Directory) = directory;
    true
}

#[requires(authenticated, when = known)]
async fn h() {}

fn main() {
    let _ = PolicyRouter::<()>::new().route("/", get(h));
}
