#[auth_core::requires(authenticated, fresh(within = "soon"))]
async fn h() {}

fn main() {}
