use auth_core::{Granted, Load, PolicyRouter, Resource, requires, routing::get};

#[derive(Clone)]
struct Database;

#[derive(Resource)]
struct Ticket {
    #[owner]
    author: String,
}

impl Load for Ticket {
    type State = Database;
    type Key = u64;
    type Error = String;
    async fn load(_: u64, _: &Database) -> Result<Option<Self>, String> {
        Ok(None)
    }
}

#[requires(owns = "ticket")]
async fn h(ticket: Granted<Ticket>) -> String {
    ticket.into_inner().author
}

fn main() {
    let _ = PolicyRouter::<()>::new().route("/tickets/{ticket_id}", get(h));
}
