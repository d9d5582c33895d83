#[axum::debug_handler]
#[auth_core::requires(authenticated)]
async fn h() {}

fn main() {}
