#[auth_core::requires(when = "unlocked")]
async fn h() {}

fn main() {}
