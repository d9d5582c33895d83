#[derive(auth_core::Resource)]
#[resource(proposed)]
struct Project {
    #[key]
    id: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Relations)]
#[relations(of = Project)]
enum ProjectRole {
    Viewer,
    #[implies(Viewer)]
    Editor,
}

impl auth_core::Relate for ProjectRole {
    type State = ();
    type Error = String;

    async fn held(_: &auth_core::Principal, _: &[u64], _: &()) -> Result<Vec<(u64, Self)>, String> {
        Ok(Vec::new())
    }
}

#[derive(auth_core::Resource)]
struct Ticket {
    #[key]
    id: u64,
    #[parent(Project)]
    project: u64,
}

impl auth_core::Load for Ticket {
    type State = ();
    type Key = u64;
    type Error = String;

    async fn load(_: u64, _: &()) -> Result<Option<Self>, String> {
        Ok(None)
    }
}

#[auth_core::policy(relation(ProjectRole::Editor, on = "ticket", through = "project"))]
struct Edit;

fn main() {}
