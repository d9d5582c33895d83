#[auth_core::public(because = "once")]
#[auth_core::public(because = "twice")]
async fn h() {}

fn main() {}
