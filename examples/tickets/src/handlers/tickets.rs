use auth_core::{Check, Granted, Principal, Problem, requires};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;

use crate::{
    App,
    domain::{Change, Handover, Ticket},
    policy::{DeleteTicket, EditTicket, HandOver, ReadTicket},
    problem::Input,
    service::Tickets,
    vocabulary::Role,
};

/// Those of all tickets that the caller may see: the rule for one is the rule for a list.
#[requires(role = "reader")]
pub(crate) async fn list(me: Principal, app: State<App>) -> Result<Json<Vec<Ticket>>, Problem> {
    let all = app.tickets.all().await?;
    let seen = ReadTicket::authorize(&me, &*app).filter(all).await?;
    Ok(Json(seen.into_iter().map(Granted::into_inner).collect()))
}

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

/// What the caller may do with the ticket, and what stands in the way: for buttons, and no proof of anything.
#[requires(policy = ReadTicket)]
pub(crate) async fn actions(
    ticket: Granted<Ticket>,
    me: Principal,
    app: State<App>,
) -> Json<Actions> {
    Json(Actions {
        edit: EditTicket::authorize(&me, &*app).check(&*ticket).await,
        delete: DeleteTicket::authorize(&me, &*app).check(&*ticket).await,
    })
}

/// What may be done.
#[derive(Serialize)]
pub(crate) struct Actions {
    edit: Check,
    delete: Check,
}

/// The guard says who may change the ticket; to whom it may go is asked once the body is read.
#[requires(policy = EditTicket)]
pub(crate) async fn hand_over(
    ticket: Granted<Ticket, EditTicket>,
    me: Principal,
    app: State<App>,
    Input(handover): Input<Handover>,
) -> Result<Json<Ticket>, Problem> {
    let asked = HandOver::authorize(&me, &*app).given(&*ticket);
    let handover = asked.propose(handover).await?;
    Ok(Json(app.tickets.hand_over(ticket, handover).await?))
}

#[requires(policy = DeleteTicket)]
pub(crate) async fn delete(
    ticket: Granted<Ticket, DeleteTicket>,
    tickets: State<Tickets>,
) -> Result<StatusCode, Problem> {
    tickets.delete(ticket).await?;
    Ok(StatusCode::NO_CONTENT)
}
