use std::sync::Arc;

use auth_core::{Identity, Principal};

fn main() {
    let ann = Arc::new(Identity::person("a", "b"));
    let _ = Principal { identity: ann, home: true };
}
