//! A crate under strict lints: expansions raise none.
#![deny(warnings, missing_docs, clippy::pedantic, unused_qualifications)]

use auth_core::{
    Context, Granted, Load, Permissions, PolicyRouter, Principal, Problem, Resource, Roles,
    SubjectId, condition, policy, public, requires,
    routing::{get, put},
};
use axum::extract::State;

/// Roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
pub enum Role {
    /// Reads.
    Reader,
    /// Writes.
    #[implies(Reader)]
    #[grants("ticket:delete")]
    Writer,
    /// Does everything.
    #[implies(Writer)]
    #[name = "super-admin"]
    SuperAdmin,
}

/// Permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Permissions)]
pub enum Permission {
    /// `ticket:delete`
    TicketDelete,
}

/// Who.
#[derive(Clone, Debug, SubjectId)]
pub struct UserId(String);

/// What.
#[derive(Clone, Debug, Resource)]
pub struct Ticket {
    #[key]
    id: u64,
    #[owner]
    author: UserId,
    locked: bool,
}

/// The state.
#[derive(Clone, Debug)]
pub struct App;

impl Load for Ticket {
    type State = App;
    type Key = u64;
    type Error = std::convert::Infallible;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, Self::Error> {
        Ok(Some(Self {
            id,
            author: UserId("ann".to_owned()),
            locked: false,
        }))
    }
}

mod rules {
    /// the ticket is not locked
    #[auth_core::condition]
    pub(crate) fn unlocked(ticket: &super::Ticket) -> bool {
        !ticket.locked
    }

    /// the ticket's number is below a bound
    #[auth_core::condition]
    pub(crate) fn below(ticket: &super::Ticket, #[param] bound: u64) -> bool {
        ticket.id < bound
    }

    /// the bound is asked for
    #[auth_core::condition(as = IsAsync)]
    pub(crate) async fn slow(
        principal: Option<&super::Principal>,
        context: &super::Context,
        state: axum::extract::State<super::App>,
    ) -> Result<bool, String> {
        let _ = (principal, context, state);
        std::future::ready(Ok(true)).await
    }
}
use rules::{below, unlocked};

/// Whether it is ann.
#[condition]
fn is_ann(principal: &Principal) -> bool {
    principal.subject() == "ann"
}

/// Who may edit a ticket.
#[derive(Debug)]
#[policy(any(owns = "ticket", role = "super-admin"), when = unlocked)]
pub struct EditTicket;

const fn bound(bits: u8) -> u64 {
    1 << bits
}

/// Who may go so far.
#[derive(Debug)]
#[policy(when = below(bound(N)))]
pub struct Below<const N: u8>;

#[requires(role = "writer", owns = "ticket", when = |ticket: &Ticket| ticket.id < 100)]
async fn update(ticket: Granted<Ticket>, State(_): State<App>, body: String) -> String {
    format!("{} {body}", ticket.id)
}

#[requires(policy = EditTicket, policy = Below<3>, unless = rules::IsAsync, hide)]
async fn close(ticket: Granted<Ticket, EditTicket>, me: Principal) -> Result<String, Problem> {
    Ok(format!("{} {}", ticket.id, me.subject()))
}

#[requires(any(permission = "ticket:delete", permission = TicketDelete), not(when = is_ann))]
#[allow(clippy::unused_async)]
async fn remove() -> &'static str {
    "removed"
}

/// As many arguments as clippy allows, and a guard that isn't one of them.
#[requires(authenticated)]
async fn seven(
    me: Principal,
    method: http::Method,
    uri: http::Uri,
    version: http::Version,
    headers: http::HeaderMap,
    State(_): State<App>,
    body: String,
) -> String {
    format!(
        "{} {method} {uri} {version:?} {} {body}",
        me.subject(),
        headers.len()
    )
}

#[cfg(not(test))]
#[public(because = "probes ask for it")]
async fn health() -> &'static str {
    "ok"
}

fn main() {
    let _: PolicyRouter = PolicyRouter::new()
        .route(
            "/tickets/{ticket_id}",
            put(update).post(close).delete(remove),
        )
        .route("/health", get(health).post(seven))
        .with_state(App);
}
