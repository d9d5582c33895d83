#[auth_core::policy(authenticated, forbid(scope = "a"))]
struct Edit;

#[auth_core::requires(scope = "b", not(policy = Edit))]
async fn h() {}

fn main() {}
