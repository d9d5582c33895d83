#[auth_core::condition]
fn logged(principal: &auth_core::Principal) {
    let _ = principal;
}

fn main() {}
