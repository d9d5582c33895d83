//! Permissions that roles grant.

use auth_core::{
    Authenticator, Challenge, Identity, Outcome, Permissions, PolicyRouter, Roles, async_trait,
    requires, routing::get,
};
use auth_tests::call;
use http::{HeaderName, HeaderValue, Method, request::Parts};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Permissions)]
enum Permission {
    NoteDelete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
enum Role {
    #[grants("note:delete")]
    Admin,
    #[grants("note:delete")]
    Janitor,
    Guest,
}

/// The caller is called as their role.
struct ByRole;

#[async_trait]
impl Authenticator for ByRole {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        let role = match request.headers.get("x-caller").map(HeaderValue::as_bytes) {
            Some(b"admin") => Role::Admin,
            Some(b"janitor") => Role::Janitor,
            Some(b"guest") => Role::Guest,
            _ => return Outcome::Nobody,
        };
        Outcome::known(Identity::person("tests", "ann").role(role))
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Role")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![HeaderName::from_static("x-caller")]
    }
}

#[requires(permission = "note:delete")]
async fn delete() -> &'static str {
    "deleted"
}

#[requires(not(permission = "note:delete"))]
async fn harmless() -> &'static str {
    "for those who can't delete"
}

#[tokio::test]
async fn each_role_that_grants_a_permission_grants_it() {
    let app = PolicyRouter::new()
        .route("/delete", get(delete))
        .route("/harmless", get(harmless))
        .authenticate(ByRole);
    for (role, may_delete) in [("admin", true), ("janitor", true), ("guest", false)] {
        let delete = call(&app, Method::GET, "/delete", role).await.status();
        let harmless = call(&app, Method::GET, "/harmless", role).await.status();
        let expected = if may_delete { (200, 403) } else { (403, 200) };
        assert_eq!((delete, harmless), expected, "{role}");
    }
}
