trait Handlers {
    #[auth_core::requires(authenticated)]
    async fn list();
}

fn main() {}
