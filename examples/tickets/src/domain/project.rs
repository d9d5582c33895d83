use auth_core::Resource;
use serde::Serialize;

use super::{OrgId, ProjectId};

/// What tickets belong to. Its members see it, and admins of its organisation; nobody else does.
#[derive(Clone, Debug, Serialize, Resource)]
pub(crate) struct Project {
    /// Its key in paths: `{project_id}`.
    #[key]
    pub(crate) id: ProjectId,
    /// Whose it is.
    #[tenant]
    pub(crate) org: OrgId,
    /// What it is called.
    pub(crate) name: String,
    /// Whether it takes no more tickets.
    pub(crate) archived: bool,
}
