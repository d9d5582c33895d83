#[auth_core::requires(authenticated, across_tenants)]
async fn bare() {}

#[auth_core::requires(authenticated, across_tenants(because = " "))]
async fn empty() {}

#[auth_core::requires(authenticated, across_tenants("support reads all"))]
async fn unnamed() {}

#[auth_core::requires(authenticated, across_tenants(because = "support", until = "2030"))]
async fn more() {}

fn main() {}
