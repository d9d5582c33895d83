#[derive(auth_core::Resource)]
#[resource(proposed)]
struct NewTicket {
    #[owner]
    author: String,
}

#[auth_core::requires(owns = "new_ticket")]
async fn h() {}

fn main() {}
