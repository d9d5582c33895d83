use auth_core::{Identity, Principal};

fn main() {
    let _: Principal = Identity::person("https://id.example", "ann").into();
}
