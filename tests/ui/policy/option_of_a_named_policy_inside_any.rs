#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Roles)]
enum Role {
    Admin,
}

#[auth_core::policy(role = "admin", hide)]
struct Hidden;

#[auth_core::policy(policy = Hidden)]
struct Named;

#[auth_core::requires(any(policy = Named, authenticated))]
async fn h() {}

fn main() {}
