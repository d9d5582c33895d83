//! An app that depends on auth-core under another name.

use authz::{
    Granted, Load, Permissions, PolicyRouter, Principal, Relate, Relations, Resource, Roles,
    SubjectId, condition, policy, public, requires, routing::get,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Permissions)]
enum Permission {
    TicketUpdate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
enum Role {
    #[grants("ticket:update")]
    Writer,
}

#[derive(Clone, Debug, SubjectId)]
struct UserId(String);

#[derive(Clone, Debug, Resource)]
struct Ticket {
    #[key]
    id: u64,
    #[owner]
    author: UserId,
    #[tenant]
    org: String,
}

#[derive(Clone, Debug, Resource)]
#[resource(proposed, changes = Ticket)]
struct Change {
    #[key]
    id: u64,
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
#[condition]
fn numbered(ticket: &Ticket, #[param] least: u64) -> bool {
    ticket.id >= least && !ticket.org.is_empty()
}

/// Who may read a ticket.
#[policy(any(owns = "ticket", relation(TicketRole::Watcher, on = "ticket")), when = numbered(1))]
pub struct ReadTicket;

/// Who may change one.
#[policy(policy = ReadTicket, permission = "ticket:update", when = |change: &Change| change.id > 0)]
pub struct ChangeTicket;

#[requires(policy = ReadTicket)]
async fn read(ticket: Granted<Ticket, ReadTicket>) -> String {
    ticket.author.0.clone()
}

#[requires(role = "writer")]
async fn write() -> &'static str {
    "written"
}

#[public(because = "probes ask for it")]
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
