#[derive(auth_core::Resource)]
struct Plain { #[owner] author: u64 }
#[auth_core::requires(owns = Plain)]
async fn h() {}
fn main() { let _: auth_core::PolicyRouter = auth_core::PolicyRouter::new().route("/tickets/{ticket_id}", auth_core::routing::get(h)); }
