#[derive(auth_core::SubjectId)]
struct UserId(u64, u64);

fn main() {}
