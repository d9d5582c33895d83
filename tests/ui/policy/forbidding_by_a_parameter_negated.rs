#[auth_core::policy(authenticated, forbid(scope = "b"))]
struct Calm<const LEVEL: u8>;

#[auth_core::policy(not(policy = Calm<LEVEL>), scope = "a")]
struct Read<const LEVEL: u8>;

#[auth_core::requires(policy = Read<3>)]
async fn h() {}

fn main() {}
