use auth_core::{Guarded, PolicyRouter};

fn nest(app: Guarded) -> PolicyRouter {
    PolicyRouter::new().nest("/app", app)
}

fn main() {}
