fn promote(principal: auth_core::Principal) -> auth_core::Principal {
    principal.role(())
}

fn main() {}
