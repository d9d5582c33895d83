use auth_core::{Principal, Problem, requires};
use axum::{Form, extract::State, response::Redirect};
use http::StatusCode;
use serde::Deserialize;

use crate::{
    pages::{BoardPage, Caller, NewNotice, Page, store_failed},
    repository::{Board, Notice},
    vocabulary::Role,
};

#[requires(role = "reader")]
pub(crate) async fn read(
    State(board): State<Board>,
    me: Principal,
) -> Result<Page<BoardPage>, Problem> {
    Ok(Page(BoardPage {
        me: Some(Caller::of(&me)),
        notices: board.latest().await.map_err(store_failed)?,
    }))
}

#[requires(role = "writer")]
pub(crate) async fn new(me: Principal) -> Page<NewNotice> {
    Page(NewNotice {
        me: Some(Caller::of(&me)),
    })
}

#[derive(Deserialize)]
pub(crate) struct Draft {
    text: String,
}

#[requires(role = "writer")]
pub(crate) async fn post(
    State(board): State<Board>,
    me: Principal,
    Form(draft): Form<Draft>,
) -> Result<Redirect, Problem> {
    let text = draft.text.trim();
    if text.is_empty() || text.len() > 1_000 {
        return Err(
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_notice")
                .detail("a notice has 1 to 1,000 bytes"),
        );
    }
    let notice = Notice {
        author: me.subject().to_owned(),
        text: text.to_owned(),
    };
    board.post(notice).await.map_err(store_failed)?;
    Ok(Redirect::to("/board"))
}
