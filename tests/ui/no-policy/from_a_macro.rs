use auth_core::{PolicyRouter, routing::get};

macro_rules! handlers {
    ($($name:ident)*) => { $(async fn $name() {})* };
}

handlers!(list show);

fn main() {
    let _: PolicyRouter = PolicyRouter::new().route("/", get(list));
}
