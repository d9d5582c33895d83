#[auth_core::policy(authenticated, denied)]
struct Nothing;

#[auth_core::policy(authenticated, denied(detail = "read-only users can't change it"))]
struct WithoutACode;

#[auth_core::policy(authenticated, denied(code = "Read only"))]
struct NoCode;

#[auth_core::policy(authenticated, denied(code = "read_only", words = "no"))]
struct Unknown;

#[auth_core::policy(any(authenticated, denied(code = "read_only")))]
struct Inside;

fn main() {}
