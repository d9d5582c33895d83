use auth_core::Granted;

fn close(_: Granted<u8>) {}

fn call(ticket: Granted<u8>) {
    close(ticket);
    close(ticket);
}

fn main() {}
