#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Roles)]
enum Role { Reader, #[implies(Reader)] Writer, #[name = "super-admin"] SuperAdmin }
#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Permissions)]
enum Permission { TicketUpdate }
#[auth_core::requires(rol = "writer")]
async fn h() {}
fn main() { let _: auth_core::PolicyRouter = auth_core::PolicyRouter::new().route("/tickets/{ticket_id}", auth_core::routing::get(h)); }
