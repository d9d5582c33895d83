//! Who may do what: all of it, in one place to review.

use auth_core::{Principal, condition, policy};
use axum::extract::State;

use crate::{
    domain::{Project, Ticket},
    repository::{Store, StoreError},
    vocabulary::{Permission, Role},
};

/// the caller is a member of the project
#[condition]
pub(crate) async fn member(
    principal: &Principal,
    project: &Project,
    store: State<Store>,
) -> Result<bool, StoreError> {
    store.is_member(project.id, principal.subject()).await
}

/// the caller is a member of the ticket's project
#[condition]
pub(crate) async fn colleague(
    principal: &Principal,
    ticket: &Ticket,
    store: State<Store>,
) -> Result<bool, StoreError> {
    store.is_member(ticket.project, principal.subject()).await
}

/// the project is archived
#[condition]
pub(crate) fn archived(project: &Project) -> bool {
    project.archived
}

/// the ticket is closed
#[condition]
pub(crate) fn closed(ticket: &Ticket) -> bool {
    ticket.closed
}

/// Who may see a project's tickets: to others the project doesn't exist.
#[policy(role = "reader", any(role = "admin", when = member), hide)]
pub(crate) struct ReadProject;

/// Who may open a ticket in a project.
#[policy(role = "writer", any(role = "admin", when = member), unless = archived)]
pub(crate) struct OpenTicket;

/// Who may see a ticket: to others it doesn't exist.
#[policy(role = "reader", any(role = "admin", when = colleague), hide)]
pub(crate) struct ReadTicket;

/// Who may change a ticket, for as long as it is open.
#[policy(role = "writer", any(role = "admin", all(owns = "ticket", when = colleague)), unless = closed)]
pub(crate) struct EditTicket;

/// Who may delete a ticket: its author takes it back for as long as it is open.
#[policy(any(permission = "ticket:delete", all(owns = "ticket", not(when = closed))))]
pub(crate) struct DeleteTicket;
