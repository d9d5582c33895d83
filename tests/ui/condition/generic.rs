#[auth_core::condition]
fn any<T>(principal: &auth_core::Principal) -> bool {
    principal.subject() == std::any::type_name::<T>()
}

fn main() {}
