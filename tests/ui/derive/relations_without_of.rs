#[derive(auth_core::Resource)]
struct Project {
    #[key]
    id: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Relations)]
enum ProjectRole {
    Viewer,
    #[implies(Viewer)]
    Editor,
}

fn main() {}
