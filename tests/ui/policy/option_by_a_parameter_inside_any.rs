#[auth_core::policy(authenticated, across_tenants(because = "auditors see all"))]
struct Audit<const LEVEL: u8>;

#[auth_core::policy(any(policy = Audit<LEVEL>, scope = "a"))]
struct Read<const LEVEL: u8>;

#[auth_core::requires(policy = Read<3>)]
async fn h() {}

fn main() {}
