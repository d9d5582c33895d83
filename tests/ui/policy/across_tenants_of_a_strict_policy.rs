#[derive(auth_core::Resource)]
struct Ticket {
    #[key]
    id: u64,
    #[tenant]
    org: String,
}

impl auth_core::Load for Ticket {
    type State = ();
    type Key = u64;
    type Error = String;

    async fn load(_: u64, _: &()) -> Result<Option<Self>, String> {
        Ok(None)
    }
}

#[auth_core::policy(tenant = "ticket")]
struct Strict;

#[auth_core::requires(
    policy = Strict,
    when = |ticket: &Ticket| ticket.id > 3,
    across_tenants(because = "support reads all")
)]
async fn h() {}

fn main() {}
