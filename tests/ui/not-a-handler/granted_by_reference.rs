use auth_core::{Granted, Load, Resource, requires};

#[derive(Resource)]
struct Ticket {
    #[key]
    id: u64,
    #[owner]
    author: String,
    open: bool,
}

impl Load for Ticket {
    type State = ();
    type Key = u64;
    type Error = std::convert::Infallible;

    async fn load(_: u64, (): &()) -> Result<Option<Self>, Self::Error> {
        Ok(None)
    }
}

#[requires(owns = "ticket")]
async fn read(_: &Granted<Ticket>) {}

#[requires(owns = "ticket")]
async fn find(_: Option<Granted<Ticket>>) {}

fn main() {}
