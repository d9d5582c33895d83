#[derive(auth_core::Resource)]
struct Account {
    #[key]
    id: u64,
}

#[derive(auth_core::Resource)]
#[resource(transparent)]
struct Recipient(Account, u64);

fn main() {}
