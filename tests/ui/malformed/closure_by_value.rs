use auth_core::{Load, Resource, requires};

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

#[requires(authenticated, when = |ticket: Ticket| ticket.open)]
async fn read() {}

fn main() {}
