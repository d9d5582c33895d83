#[derive(auth_core::Resource)]
struct Ticket {
    #[key]
    id: u64,
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
#[resource(changes = Ticket)]
struct Edited {
    #[key]
    id: u64,
}

fn main() {}
