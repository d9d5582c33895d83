use auth_core::Load;
use rusqlite::OptionalExtension;

use super::{Store, StoreError};
use crate::domain::{Project, ProjectId};

impl Store {
    /// The project, if there is one.
    pub(crate) async fn project(&self, id: ProjectId) -> Result<Option<Project>, StoreError> {
        self.run(move |database| {
            let sql = "SELECT id, name, archived FROM projects WHERE id = ?1";
            database
                .prepare_cached(sql)?
                .query_one([id.0], |row| {
                    Ok(Project {
                        id: ProjectId(row.get(0)?),
                        name: row.get(1)?,
                        archived: row.get(2)?,
                    })
                })
                .optional()
        })
        .await
    }

    /// Whether somebody is a member of the project.
    pub(crate) async fn is_member(
        &self,
        project: ProjectId,
        person: &str,
    ) -> Result<bool, StoreError> {
        let person = person.to_owned();
        self.run(move |database| {
            let sql = "SELECT EXISTS (SELECT 1 FROM members WHERE project = ?1 AND person = ?2)";
            database
                .prepare_cached(sql)?
                .query_one((project.0, person), |row| row.get(0))
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
