#[auth_core::requires(relation(ProjectRole::Editor, on = "ticket"))]
async fn h() {}

fn main() {}
