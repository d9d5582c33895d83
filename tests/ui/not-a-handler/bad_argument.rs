#[auth_core::requires(authenticated)]
async fn h(_: u8) {}
fn main() { let _: auth_core::PolicyRouter = auth_core::PolicyRouter::new().route("/tickets/{ticket_id}", auth_core::routing::get(h)); }
