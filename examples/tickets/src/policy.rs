//! Who may do what: all of it, in one place to review.
//!
//! What belongs to an organisation is missing to callers of another one, whatever these rules say.

use auth_core::{Principal, condition, policy};
use axum::extract::State;

use crate::{
    domain::{Handover, Project, Ticket},
    repository::{Store, StoreError},
    vocabulary::{Permission, ProjectRole, Role},
};

/// the caller is a person
#[condition]
pub(crate) fn a_person(me: &Principal) -> bool {
    me.person().is_some()
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

/// the new owner is a member of the ticket's project
#[condition]
pub(crate) async fn colleague(
    ticket: &Ticket,
    handover: &Handover,
    store: State<Store>,
) -> Result<bool, StoreError> {
    let held = store.relations(&handover.to.0, &[ticket.project]).await?;
    Ok(held.iter().any(|(_, role)| *role == ProjectRole::Member))
}

/// Who may see a project's tickets: to others the project doesn't exist.
#[policy(
    role = "reader",
    any(role = "admin", relation(ProjectRole::Viewer, on = "project")),
    hide
)]
pub(crate) struct ReadProject;

/// Who may open a ticket in a project: it is theirs then, and only a person owns one.
#[policy(
    role = "writer",
    any(role = "admin", relation(ProjectRole::Member, on = "project")),
    when = a_person,
    unless = archived
)]
pub(crate) struct OpenTicket;

/// Who may see a ticket: to others it doesn't exist.
#[policy(
    role = "reader",
    any(role = "admin", relation(ProjectRole::Viewer, on = "ticket")),
    hide
)]
pub(crate) struct ReadTicket;

/// Who may change a ticket, for as long as it is open.
#[policy(
    role = "writer",
    any(role = "admin", all(owns = "ticket", relation(ProjectRole::Member, on = "ticket"))),
    unless = closed
)]
pub(crate) struct EditTicket;

/// Who may be given a ticket: asked once the body says who. Nothing else may give one away.
#[policy(policy = EditTicket, when = colleague, may_change(owner))]
pub(crate) struct HandOver;

/// Who may delete a ticket: its author takes it back for as long as it is open. A token is a snapshot, and
/// what is deleted is gone, so it holds as of their account, too.
#[policy(any(permission = "ticket:delete", all(owns = "ticket", not(when = closed))), fresh)]
pub(crate) struct DeleteTicket;
