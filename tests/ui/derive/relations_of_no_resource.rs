struct Project;

#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Relations)]
#[relations(of = Project)]
enum ProjectRole {
    Viewer,
    #[implies(Viewer)]
    Editor,
}

fn main() {}
