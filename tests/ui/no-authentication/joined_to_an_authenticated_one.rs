use auth_core::{Guarded, PolicyRouter};

fn join(app: Guarded) -> Guarded {
    app.merge(PolicyRouter::new())
}

fn main() {}
