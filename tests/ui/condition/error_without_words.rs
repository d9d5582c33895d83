struct Silent;

#[auth_core::condition]
fn asked(principal: &auth_core::Principal) -> Result<bool, Silent> {
    Ok(principal.subject() == "ann")
}

fn main() {}
