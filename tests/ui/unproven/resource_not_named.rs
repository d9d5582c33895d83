#[derive(auth_core::Resource)]
struct Ticket { #[owner] author: u64 }
impl auth_core::Load for Ticket { type State = (); type Key = u64; type Error = String; async fn load(_: u64, _: &()) -> Result<Option<Self>, String> { Ok(None) } }
#[auth_core::requires(authenticated)]
async fn h(ticket: auth_core::Granted<Ticket>) {}
fn main() { let _: auth_core::PolicyRouter = auth_core::PolicyRouter::new().route("/tickets/{ticket_id}", auth_core::routing::get(h)); }
