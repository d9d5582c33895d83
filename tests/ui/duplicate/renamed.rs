use auth_core::requires as needs;

#[auth_core::requires(authenticated)]
#[needs(scope = "a")]
async fn h() {}

fn main() {}
