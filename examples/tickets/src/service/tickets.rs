use auth_core::{Granted, Principal};

use crate::{
    domain::{Change, Draft, Handover, Invalid, Project, Ticket, UserId},
    policy::{DeleteTicket, EditTicket, HandOver, OpenTicket, ReadProject},
    repository::{Store, StoreError},
};

/// What may be done with tickets.
#[derive(Clone, Debug)]
pub(crate) struct Tickets {
    store: Store,
}

/// Why something was not done.
#[derive(Debug)]
pub(crate) enum Failure {
    Invalid(Invalid),
    /// The ticket is not any more what the caller, or the decision, has seen.
    Stale,
    /// A program can't own a ticket.
    NotAPerson,
    Store(StoreError),
}

impl Tickets {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// The project's tickets, oldest first.
    pub(crate) async fn of(
        &self,
        project: &Granted<Project, ReadProject>,
    ) -> Result<Vec<Ticket>, Failure> {
        Ok(self.store.tickets_of(project.id).await?)
    }

    /// All tickets, oldest first: whoever asks for them keeps those that their caller may see.
    pub(crate) async fn all(&self) -> Result<Vec<Ticket>, Failure> {
        Ok(self.store.tickets().await?)
    }

    /// Opens a ticket in the project; it is the caller's.
    pub(crate) async fn open(
        &self,
        project: &Granted<Project, OpenTicket>,
        author: &Principal,
        draft: Draft,
    ) -> Result<Ticket, Failure> {
        draft.check()?;
        let author = author.person().ok_or(Failure::NotAPerson)?;
        let author = UserId(author.to_owned());
        Ok(self.store.insert_ticket(project.id, author, draft).await?)
    }

    /// Changes the ticket, if it is still the one that the client saw and that was decided about.
    pub(crate) async fn change(
        &self,
        ticket: Granted<Ticket, EditTicket>,
        change: Change,
    ) -> Result<Ticket, Failure> {
        change.check()?;
        if change.version != ticket.version {
            return Err(Failure::Stale);
        }
        let mut changed = ticket.into_inner();
        changed.title = change.title;
        changed.body = change.body;
        self.write(changed).await
    }

    /// Closes the ticket, if it is still the one that was decided about.
    pub(crate) async fn close(
        &self,
        ticket: Granted<Ticket, EditTicket>,
    ) -> Result<Ticket, Failure> {
        let mut closed = ticket.into_inner();
        closed.closed = true;
        self.write(closed).await
    }

    /// Gives the ticket to somebody else, if it is still the one that the client saw and that was decided about.
    pub(crate) async fn hand_over(
        &self,
        ticket: Granted<Ticket, EditTicket>,
        handover: Granted<Handover, HandOver>,
    ) -> Result<Ticket, Failure> {
        if handover.version != ticket.version {
            return Err(Failure::Stale);
        }
        let mut given = ticket.into_inner();
        given.author = handover.into_inner().to;
        self.write(given).await
    }

    /// Deletes the ticket, if it is still the one that was decided about.
    pub(crate) async fn delete(
        &self,
        ticket: Granted<Ticket, DeleteTicket>,
    ) -> Result<(), Failure> {
        if self.store.delete_ticket(ticket.id, ticket.version).await? {
            Ok(())
        } else {
            Err(Failure::Stale)
        }
    }

    async fn write(&self, ticket: Ticket) -> Result<Ticket, Failure> {
        let written = self.store.replace_ticket(ticket).await?;
        written.ok_or(Failure::Stale)
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
