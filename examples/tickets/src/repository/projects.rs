use auth_core::Load;
use rusqlite::{OptionalExtension, Row};

use super::{Store, StoreError};
use crate::domain::{OrgId, Project, ProjectId};

impl Store {
    /// The project, if there is one.
    pub(crate) async fn project(&self, id: ProjectId) -> Result<Option<Project>, StoreError> {
        self.run(move |database| {
            let sql = "SELECT id, org, name, archived FROM projects WHERE id = ?1";
            database
                .prepare_cached(sql)?
                .query_one([id.0], read)
                .optional()
        })
        .await
    }

    /// Those of these projects that there are, in one query.
    pub(crate) async fn projects(&self, ids: &[ProjectId]) -> Result<Vec<Project>, StoreError> {
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        let ids = serde_json::Value::from(ids).to_string();
        self.run(move |database| {
            let sql = "SELECT id, org, name, archived FROM projects \
                       WHERE id IN (SELECT value FROM json_each(?1))";
            let mut statement = database.prepare_cached(sql)?;
            statement.query_map([ids], read)?.collect()
        })
        .await
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Project> {
    Ok(Project {
        id: ProjectId(row.get(0)?),
        org: OrgId(row.get(1)?),
        name: row.get(2)?,
        archived: row.get(3)?,
    })
}

impl Load for Project {
    type State = Store;
    type Key = ProjectId;
    type Error = StoreError;

    async fn load(id: ProjectId, store: &Store) -> Result<Option<Self>, StoreError> {
        store.project(id).await
    }

    async fn load_many(ids: Vec<ProjectId>, store: &Store) -> Result<Vec<Self>, StoreError> {
        store.projects(&ids).await
    }
}
