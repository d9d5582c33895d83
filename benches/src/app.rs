//! What every column has: people, roles, and tickets in memory.

use std::{collections::HashMap, sync::Arc};

use auth_core::{Load, Resource, Roles, SubjectId};

/// Roles, as auth-core has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
pub enum Role {
    /// May read.
    Reader,
    /// May write.
    #[implies(Reader)]
    Writer,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, SubjectId)]
pub struct UserId(pub String);

/// Something to be guarded.
#[derive(Clone, Debug, Resource)]
pub struct Ticket {
    /// Its key.
    #[key]
    pub id: u64,
    /// Whose it is.
    #[owner]
    pub author: UserId,
}

/// Tickets, in memory: what a load costs beside it is not what is measured.
#[derive(Clone, Debug)]
pub struct Tickets(Arc<HashMap<u64, Ticket>>);

impl Tickets {
    /// Ten tickets of ann's.
    #[must_use]
    pub fn of_ann() -> Self {
        let author = UserId("ann".to_owned());
        let tickets = (1..=10).map(|id| {
            let author = author.clone();
            (id, Ticket { id, author })
        });
        Self(Arc::new(tickets.collect()))
    }

    /// A ticket, if there is one.
    #[must_use]
    pub fn find(&self, id: u64) -> Option<Ticket> {
        self.0.get(&id).cloned()
    }
}

impl Load for Ticket {
    type State = Tickets;
    type Key = u64;
    type Error = std::convert::Infallible;

    async fn load(id: u64, tickets: &Tickets) -> Result<Option<Self>, Self::Error> {
        Ok(tickets.find(id))
    }
}
