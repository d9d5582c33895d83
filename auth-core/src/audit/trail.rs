use std::{
    any::TypeId,
    fmt,
    panic::AssertUnwindSafe,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use futures_util::FutureExt;
use tokio::sync::{mpsc, oneshot};

use super::AuditEvent;
use crate::rule::{PolicyShape, Shape};

/// Where audit events are kept.
#[async_trait]
pub trait AuditSink: Send + Sync + 'static {
    /// Keeps events, in their order. It is called by one task, never by a request.
    ///
    /// # Errors
    ///
    /// Why they could not be kept: they count as lost, and the log says so. So it is with a panic.
    async fn write(&self, events: &[AuditEvent]) -> Result<(), String>;
}

/// Every decision on its way to a sink: denials always, grants where the app wants them. Cheap to clone.
///
/// No request waits for it: events stand in a queue, and where that is full they are lost, which is counted
/// ([`lost`](Self::lost)) and logged as an error. Before the process ends, wait for [`flushed`](Self::flushed).
///
/// ```
/// use auth_core::{AuditTrail, JsonLines};
///
/// let trail = AuditTrail::to(JsonLines::new(std::io::stdout()));
/// // PolicyRouter::new().route(...).with_state(app).audit(trail)
/// # let _ = trail;
/// ```
#[derive(Clone)]
pub struct AuditTrail(Arc<Trail>);

struct Trail {
    sink: Arc<dyn AuditSink>,
    room: usize,
    every_grant: bool,
    grants_of: Vec<TypeId>,
    queue: OnceLock<mpsc::Sender<Queued>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    written: AtomicU64,
    lost: AtomicU64,
}

enum Queued {
    Event(Box<AuditEvent>),
    Flush(oneshot::Sender<()>),
}

/// So many events wait for the sink, unless said otherwise.
const ROOM: usize = 4096;
/// A sink is given so many at a time.
const BATCH: usize = 256;
/// A loss is logged the first time, and each time that so many more are lost.
const LOGGED_EACH: u64 = 1000;

impl AuditTrail {
    /// To a sink, with room for some thousands of events.
    #[must_use]
    pub fn to(sink: impl AuditSink) -> Self {
        Self(Arc::new(Trail {
            sink: Arc::new(sink),
            room: ROOM,
            every_grant: false,
            grants_of: Vec::new(),
            queue: OnceLock::new(),
            counts: Arc::default(),
        }))
    }

    /// Lets so many events wait for the sink.
    #[must_use]
    pub fn room(self, events: usize) -> Self {
        self.with(|trail| trail.room = events.max(1))
    }

    /// Keeps the grants of a policy, too.
    #[must_use]
    pub fn grants_of<P: Shape>(self) -> Self {
        self.with(|trail| trail.grants_of.push(TypeId::of::<P>()))
    }

    /// Keeps every grant.
    #[must_use]
    pub fn every_grant(self) -> Self {
        self.with(|trail| trail.every_grant = true)
    }

    fn with(self, change: impl FnOnce(&mut Trail)) -> Self {
        let Trail {
            sink,
            room,
            every_grant,
            grants_of,
            counts,
            ..
        } = &*self.0;
        let mut trail = Trail {
            sink: Arc::clone(sink),
            room: *room,
            every_grant: *every_grant,
            grants_of: grants_of.clone(),
            queue: OnceLock::new(),
            counts: Arc::clone(counts),
        };
        change(&mut trail);
        Self(Arc::new(trail))
    }

    /// How many events the sink has kept.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.0.counts.written.load(Ordering::Relaxed)
    }

    /// How many events there was no room for, or the sink could not keep.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.0.counts.lost.load(Ordering::Relaxed)
    }

    /// Waits until the sink was given all events so far.
    pub async fn flushed(&self) {
        let (done, wait) = oneshot::channel();
        if self.queue().send(Queued::Flush(done)).await.is_ok() {
            let _ = wait.await;
        }
    }

    /// Whether a decision is kept: a denial always is.
    pub(super) fn keeps(&self, shape: &PolicyShape, granted: bool) -> bool {
        let of = |policy: &TypeId| shape.proves_type(*policy);
        !granted || self.0.every_grant || self.0.grants_of.iter().any(of)
    }

    pub(super) fn keep(&self, event: AuditEvent) {
        if self
            .queue()
            .try_send(Queued::Event(Box::new(event)))
            .is_err()
        {
            self.0.counts.lose(1, "there is no room for more");
        }
    }

    /// The queue; the task that empties it begins with the first event.
    fn queue(&self) -> &mpsc::Sender<Queued> {
        self.0.queue.get_or_init(|| {
            let (queue, waiting) = mpsc::channel(self.0.room);
            tokio::spawn(write(
                Arc::clone(&self.0.sink),
                waiting,
                Arc::clone(&self.0.counts),
            ));
            queue
        })
    }
}

impl Counts {
    fn lose(&self, events: u64, why: &str) {
        let before = self.lost.fetch_add(events, Ordering::Relaxed);
        let lost = before + events;
        if before == 0 || before / LOGGED_EACH != lost / LOGGED_EACH {
            tracing::error!(target: "auth_core::audit", lost, why, "audit events are lost");
        }
    }
}

async fn write(sink: Arc<dyn AuditSink>, mut waiting: mpsc::Receiver<Queued>, counts: Arc<Counts>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (mut events, mut flushes) = (Vec::new(), Vec::new());
        for queued in batch.drain(..) {
            match queued {
                Queued::Event(event) => events.push(*event),
                Queued::Flush(done) => flushes.push(done),
            }
        }
        if !events.is_empty() {
            let some = u64::try_from(events.len()).unwrap_or(u64::MAX);
            // A sink that panics has lost what it was given, and is given what comes next.
            let written = AssertUnwindSafe(async { sink.write(&events).await });
            match written.catch_unwind().await {
                Ok(Ok(())) => {
                    counts.written.fetch_add(some, Ordering::Relaxed);
                }
                Ok(Err(why)) => counts.lose(some, &why),
                Err(_) => counts.lose(some, "the sink panicked"),
            }
        }
        for done in flushes {
            let _ = done.send(());
        }
    }
}

impl fmt::Debug for AuditTrail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditTrail")
            .field("written", &self.written())
            .field("lost", &self.lost())
            .finish_non_exhaustive()
    }
}
