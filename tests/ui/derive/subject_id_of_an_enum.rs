#[derive(auth_core::SubjectId)]
enum UserId {
    Number(u64),
}

fn main() {}
