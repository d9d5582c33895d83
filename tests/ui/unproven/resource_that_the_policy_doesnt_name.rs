#[derive(auth_core::Resource)]
struct Ticket {
    #[owner]
    author: String,
}

impl auth_core::Load for Ticket {
    type State = ();
    type Key = u64;
    type Error = String;
    async fn load(_: u64, _: &()) -> Result<Option<Self>, String> {
        Ok(None)
    }
}

#[derive(auth_core::Resource)]
struct Bin {
    full: bool,
}

impl auth_core::Load for Bin {
    type State = ();
    type Key = u64;
    type Error = String;
    async fn load(_: u64, _: &()) -> Result<Option<Self>, String> {
        Ok(None)
    }
}

#[auth_core::policy(owns = "ticket")]
struct EditTicket;

#[auth_core::requires(policy = EditTicket, when = |bin: &Bin| !bin.full)]
async fn h(_: auth_core::Granted<Bin, EditTicket>) {}

fn main() {}
