#[auth_core::public(because = "it is not")]
#[auth_core::requires(authenticated)]
async fn h() {}

fn main() {}
