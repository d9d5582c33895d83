#![allow(dead_code)]
use auth_core::{Load, Principal, Resource, policy};

#[derive(Resource)]
struct Ticket {
    #[key]
    id: u64,
    #[owner]
    author: String,
}

impl Load for Ticket {
    type State = ();
    type Key = u64;
    type Error = String;
    async fn load(_: u64, _: &()) -> Result<Option<Self>, String> {
        Ok(None)
    }
}

#[policy(owns = "ticket")]
struct EditTicket;

async fn edit(me: &Principal, id: u64) {
    let _ = EditTicket::authorize(me, &()).on(id).await;
}

fn main() {}
