#[auth_core::requires(rol = 1, owns, scope = 3)]
async fn h() {}
fn main() { let _: auth_core::PolicyRouter = auth_core::PolicyRouter::new().route("/tickets/{ticket_id}", auth_core::routing::get(h)); }
