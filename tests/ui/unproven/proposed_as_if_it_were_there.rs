#![allow(dead_code)]
use auth_core::{Principal, Resource, policy};

/// What somebody wants to add.
#[derive(Resource)]
#[resource(proposed)]
struct NewTicket {
    #[owner]
    author: String,
}

#[policy(owns = "new_ticket")]
struct AddTicket;

async fn add(me: &Principal, ticket: NewTicket) {
    let _ = AddTicket::authorize(me, &()).on(ticket).await;
}

fn main() {}
