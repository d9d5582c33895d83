use auth_core::{Load, Resource, condition, requires};

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

#[condition]
fn unlocked(ticket: &Ticket) -> bool {
    ticket.open
}

#[requires(authenticated, when = unlocked())]
async fn read() {}

fn main() {}
