#[auth_core::policy(authenticated, hide)]
struct Hidden;

#[auth_core::requires(any(policy = Hidden, scope = "a"))]
async fn h() {}

fn main() {}
