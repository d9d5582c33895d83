//! One policy, asked where no axum handler stands: in a job, a gRPC service and a GraphQL schema.
//!
//! Each asks `CloseNote::authorize(&principal, &app)`, and hands the proof to [`App::close`], which can't be called
//! without one.

pub mod graphql;
pub mod grpc;
pub mod job;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use auth_core::{
    Authenticator, Challenge, Granted, Guarded, Identity, Load, Outcome, PolicyRouter, Resource,
    Roles, SubjectId, async_trait, condition, policy, public, routing::post,
};
use axum::http::{HeaderName, header::AUTHORIZATION, request::Parts};

/// What people are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
pub enum Role {
    /// May do everything.
    Admin,
}

/// A person.
#[derive(Clone, Debug, SubjectId)]
pub struct UserId(pub String);

/// What is closed here.
#[derive(Clone, Debug, Resource)]
pub struct Note {
    /// Its key.
    #[key]
    pub id: u64,
    /// Whose it is.
    #[owner]
    pub author: UserId,
    /// Whether it is closed.
    pub closed: bool,
}

/// the note is open
#[must_use]
#[condition]
pub fn open(note: &Note) -> bool {
    !note.closed
}

/// Who may close a note.
#[derive(Debug)]
#[policy(any(owns = "note", role = "admin"), when = open)]
pub struct CloseNote;

/// The notes.
#[derive(Clone, Debug, Default)]
pub struct App(Arc<Mutex<HashMap<u64, Note>>>);

impl App {
    /// Ann's note 1 and Bob's note 2.
    #[must_use]
    pub fn demo() -> Self {
        let note = |id, author: &str| {
            let author = UserId(author.to_owned());
            (
                id,
                Note {
                    id,
                    author,
                    closed: false,
                },
            )
        };
        Self(Arc::new(Mutex::new(
            [note(1, "ann"), note(2, "bob")].into(),
        )))
    }

    /// A note, if there is one.
    #[must_use]
    pub fn note(&self, id: u64) -> Option<Note> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .cloned()
    }

    /// Closes a note, whose caller was granted that.
    #[must_use]
    pub fn close(&self, note: Granted<Note, CloseNote>) -> Note {
        let closed = Note {
            closed: true,
            ..note.into_inner()
        };
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        notes.insert(closed.id, closed.clone());
        closed
    }
}

impl Load for Note {
    type State = App;
    type Key = u64;
    type Error = std::convert::Infallible;

    async fn load(id: u64, app: &App) -> Result<Option<Self>, Self::Error> {
        Ok(app.note(id))
    }
}

/// Callers of the demo: `Authorization: Demo ann`. An app in earnest has `Bearer::jwt(issuer)`.
#[derive(Debug)]
pub struct Demo;

#[async_trait]
impl Authenticator for Demo {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        let Some(value) = request.headers.get(AUTHORIZATION) else {
            return Outcome::Nobody;
        };
        match value
            .to_str()
            .ok()
            .and_then(|value| value.strip_prefix("Demo "))
        {
            Some("ada") => Outcome::known(Identity::person("demo", "ada").role(Role::Admin)),
            Some(name) => Outcome::known(Identity::person("demo", name)),
            None => Outcome::Malformed("no demo caller"),
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Demo")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![AUTHORIZATION]
    }
}

/// The three of them behind one authentication.
pub fn app(app: &App, jobs: job::Jobs) -> Guarded {
    PolicyRouter::new()
        .route("/jobs/close/{note_id}", post(job::later))
        .route("/graphql", post(graphql::answer))
        // A guard's answer is HTTP's, which gRPC clients don't read: the methods answer in gRPC's own words.
        .route_service(
            "/notes.v1.Notes/{method}",
            public("each method asks for its caller"),
            grpc::service(app),
        )
        .with_state(Web {
            app: app.clone(),
            jobs,
            schema: graphql::schema(app),
        })
        .authenticate(Demo)
}

/// What the handlers take parts of.
#[derive(Clone)]
struct Web {
    app: App,
    jobs: job::Jobs,
    schema: graphql::Schema,
}

impl axum::extract::FromRef<Web> for App {
    fn from_ref(web: &Web) -> Self {
        web.app.clone()
    }
}

impl axum::extract::FromRef<Web> for job::Jobs {
    fn from_ref(web: &Web) -> Self {
        web.jobs.clone()
    }
}

impl axum::extract::FromRef<Web> for graphql::Schema {
    fn from_ref(web: &Web) -> Self {
        web.schema.clone()
    }
}
