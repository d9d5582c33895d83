use auth_core::{Principal, requires};
use axum::Json;
use serde::Serialize;

use crate::vocabulary::Role;

/// Who the caller is, as the tracker sees them.
#[derive(Serialize)]
pub(crate) struct Account {
    subject: String,
    writes: bool,
}

#[requires(authenticated)]
pub(crate) async fn me(me: Principal) -> Json<Account> {
    Json(Account {
        subject: me.subject().to_owned(),
        writes: me.has_role(Role::Writer),
    })
}
