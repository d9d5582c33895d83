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

#[auth_core::policy(when = |ticket: &Ticket| ticket.id > 3, across_tenants(because = "auditors read all"))]
struct Audit;

#[auth_core::requires(any(policy = Audit, scope = "a"))]
async fn h() {}

fn main() {}
