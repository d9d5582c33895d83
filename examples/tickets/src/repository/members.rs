use auth_core::{Principal, Relate, Relations};

use super::{Store, StoreError};
use crate::{domain::ProjectId, vocabulary::ProjectRole};

impl Store {
    /// How somebody stands to any of these projects, in one query.
    pub(crate) async fn relations(
        &self,
        person: &str,
        projects: &[ProjectId],
    ) -> Result<Vec<(ProjectId, ProjectRole)>, StoreError> {
        let ids: Vec<_> = projects.iter().map(|project| project.0).collect();
        let ids = serde_json::Value::from(ids).to_string();
        let person = person.to_owned();
        self.run(move |database| {
            let sql = "SELECT project, relation FROM members \
                       WHERE person = ?1 AND project IN (SELECT value FROM json_each(?2))";
            let mut statement = database.prepare_cached(sql)?;
            let rows = statement.query_map((person, ids), |row| {
                let relation: String = row.get(1)?;
                Ok((ProjectId(row.get(0)?), ProjectRole::named(&relation)))
            })?;
            // A relation that the app doesn't know is none.
            rows.filter_map(|row| {
                row.map(|(project, role)| Some((project, role?)))
                    .transpose()
            })
            .collect()
        })
        .await
    }
}

impl Relate for ProjectRole {
    type State = Store;
    type Error = StoreError;

    async fn held(
        by: &Principal,
        to: &[ProjectId],
        store: &Store,
    ) -> Result<Vec<(ProjectId, Self)>, StoreError> {
        match by.person() {
            Some(person) => store.relations(person, to).await,
            None => Ok(Vec::new()),
        }
    }
}
