#[auth_core::condition]
fn ann(principal: &auth_core::Principal) -> bool {
    principal.subject() == "ann"
}

#[auth_core::requires(when = ann(3))]
async fn h() {}

fn main() {}
