use auth_core::{PolicyRouter, guarded, routing::get};

struct EditTicket;

fn main() {
    let _: PolicyRouter = PolicyRouter::new().route("/", get(guarded(EditTicket, || async {})));
}
