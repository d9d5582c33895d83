#[auth_core::condition]
fn unlocked(principal: &auth_core::Principal) -> bool {
    principal.subject() == "ann"
}

#[auth_core::requires(when = unlockd)]
async fn h() {}

fn main() {}
