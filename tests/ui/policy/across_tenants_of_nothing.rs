#[auth_core::requires(authenticated, across_tenants(because = "support reads all"))]
async fn h() {}

fn main() {}
