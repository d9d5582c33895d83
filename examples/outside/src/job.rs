//! A job: the request says who wants it, and the worker asks again when it does it.

use auth_core::{Granted, Principal, requires};
use axum::{extract::State, http::StatusCode};
use tokio::sync::mpsc;

use crate::{App, CloseNote, Note};

/// A note to close, and for whom.
#[derive(Debug)]
pub struct Job {
    /// Who asked for it.
    pub caller: Principal,
    /// The note's key.
    pub note: u64,
}

/// The queue of jobs.
#[derive(Clone, Debug)]
pub struct Jobs(mpsc::Sender<Job>);

impl Jobs {
    /// A queue, and its other end.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Job>) {
        let (jobs, waiting) = mpsc::channel(100);
        (Self(jobs), waiting)
    }
}

#[requires(policy = CloseNote)]
pub(crate) async fn later(note: Granted<Note>, me: Principal, jobs: State<Jobs>) -> StatusCode {
    let job = Job {
        caller: me,
        note: note.id,
    };
    match jobs.0.0.try_send(job) {
        Ok(()) => StatusCode::ACCEPTED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Does one job. What was so when it was queued may not be so any more, so it is decided about now.
///
/// # Errors
///
/// Why it isn't done.
pub async fn run(job: Job, app: &App) -> Result<Note, auth_core::Denied> {
    let note = CloseNote::authorize(&job.caller, app)
        .key::<Note>(job.note)
        .await?;
    Ok(app.close(note))
}
