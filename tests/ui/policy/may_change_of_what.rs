#[auth_core::policy(authenticated, may_change)]
struct Nothing;

#[auth_core::policy(authenticated, may_change(title))]
struct Title;

#[auth_core::policy(any(authenticated, may_change(owner)))]
struct Inside;

fn main() {}
