#[auth_core::requires(any(authenticated, across_tenants(because = "support reads all")))]
async fn h() {}

fn main() {}
