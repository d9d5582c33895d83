use axum::http::Method as M;

#[auth_core::requires(authenticated)]
async fn h(
    _: M, _: M, _: M, _: M, _: M, _: M, _: M, _: M,
    _: M, _: M, _: M, _: M, _: M, _: M, _: M, _: M,
) {
}

fn main() {}
