//! An app that has auth-core through another crate, and says where.

use platform::auth_core::{
    Granted, Load, Permissions, PolicyRouter, Principal, Relate, Relations, Resource, Roles,
    SubjectId, condition, policy, public, requires, routing::get,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Permissions)]
#[auth_core(crate = platform::auth_core)]
enum Permission {
    TicketUpdate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
#[auth_core(crate = platform::auth_core)]
enum Role {
    #[grants("ticket:update")]
    Writer,
}

#[derive(Clone, Debug, SubjectId)]
#[auth_core(crate = platform::auth_core)]
struct UserId(String);

#[derive(Clone, Debug, Resource)]
#[auth_core(crate = platform::auth_core)]
struct Ticket {
    #[key]
    id: u64,
    #[owner]
    author: UserId,
}

impl Load for Ticket {
    type State = ();
    type Key = u64;
    type Error = String;

    async fn load(_: u64, (): &()) -> Result<Option<Self>, String> {
        Ok(None)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[auth_core(crate = platform::auth_core)]
#[relations(of = Ticket)]
enum TicketRole {
    Watcher,
}

impl Relate for TicketRole {
    type State = ();
    type Error = String;

    async fn held(_: &Principal, _: &[u64], (): &()) -> Result<Vec<(u64, Self)>, String> {
        Ok(Vec::new())
    }
}

/// the ticket has a number
#[condition(crate = platform::auth_core)]
fn numbered(ticket: &Ticket) -> bool {
    ticket.id > 0
}

/// Who may read a ticket.
#[policy(
    any(owns = "ticket", relation(TicketRole::Watcher, on = "ticket")),
    when = numbered,
    crate = platform::auth_core
)]
pub struct ReadTicket;

#[requires(policy = ReadTicket, crate = platform::auth_core)]
async fn read(ticket: platform::auth_core::Granted<Ticket, ReadTicket>) -> String {
    let ticket: Granted<Ticket> = ticket.weaken();
    ticket.author.0.clone()
}

#[requires(crate = platform::auth_core, role = "writer", permission = "ticket:update")]
async fn write() -> &'static str {
    "written"
}

#[public(because = "probes ask for it", crate = platform::auth_core)]
async fn health() -> &'static str {
    "ok"
}

/// The routes.
pub fn routes() -> PolicyRouter {
    PolicyRouter::new()
        .route("/tickets/{ticket_id}", get(read))
        .route("/write", get(write))
        .route("/health", get(health))
}
