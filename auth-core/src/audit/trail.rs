use std::{any::TypeId, fmt, sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{AuditEvent, queue::Queue, writer};
use crate::{
    facts::within,
    rule::{PolicyShape, Shape},
};

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

/// Every decision on its way to a sink: denials always, grants where the app wants them. Cheap to clone: all clones
/// have one queue.
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
pub struct AuditTrail {
    out: Arc<Out>,
    /// What of it a router keeps: each clone says so for itself.
    every_grant: bool,
    grants_of: Vec<TypeId>,
}

/// The way to the sink, which all clones share.
struct Out {
    queue: Arc<Queue>,
    sink: Arc<dyn AuditSink>,
}

/// How long [`AuditTrail::flushed`] waits.
const FLUSH: Duration = Duration::from_secs(5);

impl AuditTrail {
    /// To a sink, with room for some thousands of events.
    #[must_use]
    pub fn to(sink: impl AuditSink) -> Self {
        Self {
            out: Arc::new(Out {
                queue: Arc::default(),
                sink: Arc::new(sink),
            }),
            every_grant: false,
            grants_of: Vec::new(),
        }
    }

    /// Lets so many events wait for the sink. A quarter of the room is for guarded grants alone, so that a flood of
    /// denials and public answers, which anybody can make, pushes out none. All clones have the room that was said last.
    #[must_use]
    pub fn room(self, events: usize) -> Self {
        self.out.queue.set_room(events);
        self
    }

    /// Keeps the grants of a policy, too.
    #[must_use]
    pub fn grants_of<P: Shape>(mut self) -> Self {
        self.grants_of.push(TypeId::of::<P>());
        self
    }

    /// Keeps every grant.
    #[must_use]
    pub fn every_grant(mut self) -> Self {
        self.every_grant = true;
        self
    }

    /// How many events the sink has kept.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.out.queue.written()
    }

    /// How many events there was no room for, or the sink could not keep.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.out.queue.lost()
    }

    /// How many of those that were lost were denials.
    #[must_use]
    pub fn lost_denials(&self) -> u64 {
        self.out.queue.lost_denials()
    }

    /// Waits until the sink was given all events so far: five seconds at most.
    ///
    /// # Errors
    ///
    /// So many events still wait after that.
    pub async fn flushed(&self) -> Result<(), Unflushed> {
        self.flushed_within(FLUSH).await
    }

    /// The same, so long at most.
    ///
    /// # Errors
    ///
    /// So many events still wait after that.
    pub async fn flushed_within(&self, limit: Duration) -> Result<(), Unflushed> {
        let Out { queue, sink } = &*self.out;
        writer::begin(queue, sink);
        let given = within(limit, Box::pin(queue.given())).await;
        given.map_err(|_| Unflushed {
            waiting: queue.not_given(),
        })
    }

    /// Whether a decision is kept: a denial always is.
    pub(super) fn keeps(&self, shape: &PolicyShape, granted: bool) -> bool {
        let of = |policy: &TypeId| shape.proves_type(*policy);
        !granted || self.every_grant || self.grants_of.iter().any(of)
    }

    pub(super) fn keep(&self, event: AuditEvent) {
        let Out { queue, sink } = &*self.out;
        queue.put(event);
        writer::begin(queue, sink);
    }
}

/// The task that empties the queue ends when nobody can put anything in.
impl Drop for Out {
    fn drop(&mut self) {
        self.queue.close();
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

/// A sink has not kept all events in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unflushed {
    waiting: u64,
}

impl Unflushed {
    /// How many events still wait for the sink.
    #[must_use]
    pub fn waiting(self) -> u64 {
        self.waiting
    }
}

impl fmt::Display for Unflushed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} audit events still wait for their sink", self.waiting)
    }
}

impl std::error::Error for Unflushed {}
