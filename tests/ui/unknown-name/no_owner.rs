#[derive(auth_core::Resource)]
struct Plain { id: u64 }
impl auth_core::Load for Plain { type State = (); type Key = u64; type Error = String; async fn load(id: u64, _: &()) -> Result<Option<Self>, String> { Ok(Some(Plain { id })) } }
#[auth_core::requires(owns = Plain)]
async fn h() {}
fn main() { let _: auth_core::PolicyRouter = auth_core::PolicyRouter::new().route("/tickets/{ticket_id}", auth_core::routing::get(h)); }
