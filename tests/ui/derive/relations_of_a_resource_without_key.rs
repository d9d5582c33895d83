#[derive(auth_core::Resource)]
struct Project {
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

fn main() {}
