use auth_core::Load;
use rusqlite::{OptionalExtension, Row};

use super::{Store, StoreError};
use crate::domain::{Draft, OrgId, ProjectId, Ticket, TicketId, UserId};

const COLUMNS: &str = "id, project, author, title, body, closed, version, \
                       (SELECT org FROM projects WHERE projects.id = project)";

impl Store {
    /// The ticket, if there is one.
    pub(crate) async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.run(move |database| {
            let sql = format!("SELECT {COLUMNS} FROM tickets WHERE id = ?1");
            database
                .prepare_cached(&sql)?
                .query_one([id.0], ticket)
                .optional()
        })
        .await
    }

    /// The tickets of a project, oldest first.
    pub(crate) async fn tickets_of(&self, project: ProjectId) -> Result<Vec<Ticket>, StoreError> {
        self.run(move |database| {
            let sql = format!("SELECT {COLUMNS} FROM tickets WHERE project = ?1 ORDER BY id");
            let mut statement = database.prepare_cached(&sql)?;
            statement.query_map([project.0], ticket)?.collect()
        })
        .await
    }

    /// All tickets, oldest first.
    pub(crate) async fn tickets(&self) -> Result<Vec<Ticket>, StoreError> {
        self.run(move |database| {
            let sql = format!("SELECT {COLUMNS} FROM tickets ORDER BY id");
            let mut statement = database.prepare_cached(&sql)?;
            statement.query_map((), ticket)?.collect()
        })
        .await
    }

    /// Keeps a new ticket.
    pub(crate) async fn insert_ticket(
        &self,
        project: ProjectId,
        author: UserId,
        draft: Draft,
    ) -> Result<Ticket, StoreError> {
        self.run(move |database| {
            let sql = format!(
                "INSERT INTO tickets (project, author, title, body) VALUES (?1, ?2, ?3, ?4) \
                 RETURNING {COLUMNS}"
            );
            let values = (project.0, author.0, draft.title, draft.body);
            database.prepare_cached(&sql)?.query_one(values, ticket)
        })
        .await
    }

    /// Replaces the version that `new` was made of; none if that is not the stored one any more.
    pub(crate) async fn replace_ticket(&self, new: Ticket) -> Result<Option<Ticket>, StoreError> {
        self.run(move |database| {
            let sql = format!(
                "UPDATE tickets SET author = ?3, title = ?4, body = ?5, closed = ?6, version = version + 1 \
                 WHERE id = ?1 AND version = ?2 RETURNING {COLUMNS}"
            );
            let values = (
                new.id.0,
                new.version,
                new.author.0,
                new.title,
                new.body,
                new.closed,
            );
            database
                .prepare_cached(&sql)?
                .query_one(values, ticket)
                .optional()
        })
        .await
    }

    /// Deletes that version of a ticket; false if it is not the stored one any more.
    pub(crate) async fn delete_ticket(
        &self,
        id: TicketId,
        version: i64,
    ) -> Result<bool, StoreError> {
        self.run(move |database| {
            let sql = "DELETE FROM tickets WHERE id = ?1 AND version = ?2";
            Ok(database.prepare_cached(sql)?.execute((id.0, version))? == 1)
        })
        .await
    }
}

fn ticket(row: &Row<'_>) -> rusqlite::Result<Ticket> {
    Ok(Ticket {
        id: TicketId(row.get(0)?),
        project: ProjectId(row.get(1)?),
        author: UserId(row.get(2)?),
        title: row.get(3)?,
        body: row.get(4)?,
        closed: row.get(5)?,
        version: row.get(6)?,
        org: OrgId(row.get(7)?),
    })
}

impl Load for Ticket {
    type State = Store;
    type Key = TicketId;
    type Error = StoreError;

    async fn load(id: TicketId, store: &Store) -> Result<Option<Self>, StoreError> {
        store.ticket(id).await
    }
}
