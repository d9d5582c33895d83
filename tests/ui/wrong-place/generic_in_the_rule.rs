#[auth_core::requires(owns = T)]
async fn h<T: auth_core::Resource>() {}

fn main() {}
