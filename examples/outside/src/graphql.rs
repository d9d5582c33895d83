//! A GraphQL schema: the handler hands its caller to the resolvers, and each resolver asks.

use async_graphql::{
    Context, EmptySubscription, Error, ErrorExtensions, Object, Request, SimpleObject,
};
use auth_core::{Denied, Granted, Principal, requires};
use axum::{Json, extract::State};

use crate::{App, CloseNote, Note};

/// The schema of the notes.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// What may be asked.
#[derive(Debug)]
pub struct Query;

/// What may be done.
#[derive(Debug)]
pub struct Mutation;

/// A note, as the schema tells of it.
#[derive(Debug, SimpleObject)]
pub struct NoteNode {
    id: u64,
    author: String,
    closed: bool,
    /// Whether the caller may close it: for a button, and no proof.
    closable: bool,
}

#[Object]
impl Query {
    /// Those of some notes that are open and that the caller may close.
    async fn closable(&self, context: &Context<'_>, ids: Vec<u64>) -> Result<Vec<u64>, Error> {
        let (me, app) = asker(context)?;
        let notes = ids.into_iter().filter_map(|id| app.note(id));
        let closable = CloseNote::authorize(me, app).filter(notes).await;
        let closable = closable.map_err(|denied| told(&denied))?;
        Ok(closable.iter().map(|note| note.id).collect())
    }

    /// A note.
    async fn note(&self, context: &Context<'_>, id: u64) -> Result<Option<NoteNode>, Error> {
        let (me, app) = asker(context)?;
        let Some(note) = app.note(id) else {
            return Ok(None);
        };
        let closable = CloseNote::authorize(me, app).check(&note).await.allowed();
        let Note { id, author, closed } = note;
        Ok(Some(NoteNode {
            id,
            author: author.0,
            closed,
            closable,
        }))
    }
}

#[Object]
impl Mutation {
    /// Closes a note.
    async fn close(&self, context: &Context<'_>, id: u64) -> Result<bool, Error> {
        let (me, app) = asker(context)?;
        let asked = CloseNote::authorize(me, app).key(id).await;
        let note: Granted<Note, CloseNote> = asked.map_err(|denied| told(&denied))?;
        Ok(app.close(note).closed)
    }
}

/// Who asks, and of what.
fn asker<'c>(context: &Context<'c>) -> Result<(&'c Principal, &'c App), Error> {
    Ok((context.data()?, context.data()?))
}

/// A denial in GraphQL's words, with the stable code; why exactly stands in the log.
fn told(denied: &Denied) -> Error {
    let code = denied.kind().code();
    Error::new("denied").extend_with(|_, extensions| extensions.set("code", code))
}

pub(crate) fn schema(app: &App) -> Schema {
    Schema::build(Query, Mutation, EmptySubscription)
        .data(app.clone())
        .finish()
}

#[requires(authenticated)]
pub(crate) async fn answer(
    me: Principal,
    schema: State<Schema>,
    Json(request): Json<Request>,
) -> Json<async_graphql::Response> {
    Json(schema.execute(request.data(me)).await)
}
