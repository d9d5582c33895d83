#[derive(auth_core::Resource)]
struct Ticket {
    #[key]
    id: u64,
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
fn even(tickets: &[&Ticket]) -> Vec<bool> {
    tickets.iter().map(|ticket| ticket.id % 2 == 0).collect()
}

fn main() {}
