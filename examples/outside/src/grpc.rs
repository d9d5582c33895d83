//! A gRPC service: the layer authenticates, the method asks.

use auth_core::{DenialKind, Denied, Principal};
use tonic::{Request, Response, Status};

use crate::{App, CloseNote, Note};

#[allow(
    clippy::all,
    clippy::pedantic,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    reason = "tonic writes it"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/notes.v1.Notes.rs"));
}

pub use generated::{notes_client::NotesClient, notes_server::NotesServer};

/// Asks for a note to be closed.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct CloseRequest {
    /// Its key.
    #[prost(uint64, tag = "1")]
    pub id: u64,
}

/// A note, as the service tells of it.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct NoteReply {
    /// Its key.
    #[prost(uint64, tag = "1")]
    pub id: u64,
    /// Whether it is closed.
    #[prost(bool, tag = "2")]
    pub closed: bool,
}

struct Notes(App);

pub(crate) fn service(app: &App) -> NotesServer<impl generated::notes_server::Notes> {
    NotesServer::new(Notes(app.clone()))
}

#[tonic::async_trait]
impl generated::notes_server::Notes for Notes {
    async fn close(&self, request: Request<CloseRequest>) -> Result<Response<NoteReply>, Status> {
        let me = Principal::of_request(request.extensions());
        let me = me
            .cloned()
            .ok_or_else(|| Status::unauthenticated("log in"))?;
        let asked = CloseNote::authorize(&me, &self.0).key::<Note>(request.get_ref().id);
        let note = self.0.close(asked.await.map_err(|denied| status(&denied))?);
        Ok(Response::new(NoteReply {
            id: note.id,
            closed: note.closed,
        }))
    }
}

/// A denial in gRPC's words; why exactly stands in the log.
fn status(denied: &Denied) -> Status {
    let code = denied.kind().code();
    match denied.kind() {
        DenialKind::Unauthenticated
        | DenialKind::InvalidToken
        | DenialKind::InsufficientUserAuthentication => Status::unauthenticated(code),
        DenialKind::NotFound => Status::not_found(code),
        DenialKind::Forbidden | DenialKind::InsufficientScope => Status::permission_denied(code),
        DenialKind::Unavailable => Status::unavailable(code),
        _ => Status::internal(code),
    }
}
