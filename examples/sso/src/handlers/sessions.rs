use auth_core::{Principal, Problem, requires};
use auth_sessions::Sessions;
use axum::{extract::State, response::Redirect};

use crate::pages::{Caller, Page, SessionRow, SessionsPage};

#[requires(authenticated)]
pub(crate) async fn list(
    State(sessions): State<Sessions>,
    me: Principal,
) -> Result<Page<SessionsPage>, Problem> {
    let mine = sessions.of_subject(me.issuer(), me.subject()).await?;
    let rows = mine.into_iter().map(|entry| SessionRow {
        browser: entry.note.unwrap_or_else(|| "a browser".to_owned()),
        this: Some(entry.handle.as_str()) == me.session(),
    });
    Ok(Page(SessionsPage {
        me: Some(Caller::of(&me)),
        rows: rows.collect(),
    }))
}

#[requires(authenticated)]
pub(crate) async fn end_others(
    State(sessions): State<Sessions>,
    me: Principal,
) -> Result<Redirect, Problem> {
    sessions.end_others(&me).await?;
    Ok(Redirect::to("/sessions"))
}
