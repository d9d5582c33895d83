//! What the tracker is about: projects and their tickets.

mod id;
mod project;
mod ticket;

pub(crate) use id::{OrgId, ProjectId, TicketId, UserId};
pub(crate) use project::Project;
pub(crate) use ticket::{Change, Draft, Handover, Invalid, Ticket};
