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

#[auth_core::condition]
fn below(ticket: &Ticket, #[param] limit: u64) -> bool {
    ticket.author.len() as u64 > limit
}

#[auth_core::requires(authenticated, when = below)]
async fn h() {}

fn main() {}
