use auth_core::{Granted, Problem, requires};
use axum::{Json, extract::State, http::StatusCode};

use crate::{
    domain::{Change, Ticket},
    policy::{DeleteTicket, EditTicket, ReadTicket},
    problem::Input,
    service::Tickets,
};

#[requires(policy = ReadTicket)]
pub(crate) async fn read(ticket: Granted<Ticket>) -> Json<Ticket> {
    Json(ticket.into_inner()) // the very value that was checked
}

#[requires(policy = EditTicket)]
pub(crate) async fn update(
    ticket: Granted<Ticket, EditTicket>,
    tickets: State<Tickets>,
    Input(change): Input<Change>,
) -> Result<Json<Ticket>, Problem> {
    Ok(Json(tickets.change(ticket, change).await?))
}

#[requires(policy = EditTicket)]
pub(crate) async fn close(
    ticket: Granted<Ticket, EditTicket>,
    tickets: State<Tickets>,
) -> Result<Json<Ticket>, Problem> {
    Ok(Json(tickets.close(ticket).await?))
}

#[requires(policy = DeleteTicket)]
pub(crate) async fn delete(
    ticket: Granted<Ticket, DeleteTicket>,
    tickets: State<Tickets>,
) -> Result<StatusCode, Problem> {
    tickets.delete(ticket).await?;
    Ok(StatusCode::NO_CONTENT)
}
