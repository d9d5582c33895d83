use auth_core::Load;
use rusqlite::OptionalExtension;

use super::{Store, StoreError};
use crate::domain::{OrgId, Project, ProjectId};

impl Store {
    /// The project, if there is one.
    pub(crate) async fn project(&self, id: ProjectId) -> Result<Option<Project>, StoreError> {
        self.run(move |database| {
            let sql = "SELECT id, org, name, archived FROM projects WHERE id = ?1";
            database
                .prepare_cached(sql)?
                .query_one([id.0], |row| {
                    Ok(Project {
                        id: ProjectId(row.get(0)?),
                        org: OrgId(row.get(1)?),
                        name: row.get(2)?,
                        archived: row.get(3)?,
                    })
                })
                .optional()
        })
        .await
    }
}

impl Load for Project {
    type State = Store;
    type Key = ProjectId;
    type Error = StoreError;

    async fn load(id: ProjectId, store: &Store) -> Result<Option<Self>, StoreError> {
        store.project(id).await
    }
}
