struct Ticket;

#[auth_core::condition]
async fn even(tickets: &[&Ticket]) -> Vec<bool> {
    tickets.iter().map(|_| true).collect()
}

fn main() {}
