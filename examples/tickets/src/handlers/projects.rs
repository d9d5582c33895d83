use auth_core::{Granted, Principal, Problem, requires};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header::LOCATION},
};

use crate::{
    domain::{Draft, Project, Ticket},
    policy::{OpenTicket, ReadProject},
    problem::Input,
    service::Tickets,
};

#[requires(policy = ReadProject)]
pub(crate) async fn list(
    project: Granted<Project, ReadProject>,
    tickets: State<Tickets>,
) -> Result<Json<Vec<Ticket>>, Problem> {
    Ok(Json(tickets.of(&project).await?))
}

#[requires(policy = OpenTicket)]
pub(crate) async fn open(
    project: Granted<Project, OpenTicket>,
    me: Principal,
    tickets: State<Tickets>,
    Input(draft): Input<Draft>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Ticket>), Problem> {
    let ticket = tickets.open(&project, &me, draft).await?;
    let location = format!("/tickets/{}", ticket.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(ticket)))
}
