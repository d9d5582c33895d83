use auth_core::{Authenticator, Guarded, PolicyRouter};

fn finish(router: PolicyRouter<u8>, authenticator: impl Authenticator) -> Guarded {
    router.authenticate(authenticator)
}

fn main() {}
