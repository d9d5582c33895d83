#[auth_core::public("probes ask for it")]
async fn h() {}

fn main() {}
