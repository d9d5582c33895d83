fn open() -> bool { true }
#[auth_core::requires(authenticated, when = open)]
async fn h() {}
fn main() { let _: auth_core::PolicyRouter = auth_core::PolicyRouter::new().route("/tickets/{ticket_id}", auth_core::routing::get(h)); }
