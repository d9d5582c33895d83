struct Ticket;

impl Ticket {
    #[auth_core::condition]
    fn open(&self) -> bool {
        true
    }
}

fn main() {}
