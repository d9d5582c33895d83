use auth_core::{PolicyRouter, routing::get};

mod handlers {
    pub mod tickets {
        pub async fn list() {}
    }
    pub use tickets::list;
}

fn main() {
    let _: PolicyRouter = PolicyRouter::new().route("/", get(handlers::list));
}
