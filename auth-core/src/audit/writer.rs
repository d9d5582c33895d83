use std::{mem, panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt;
use tokio::runtime::Handle;

use super::{AuditEvent, AuditSink, queue::Queue};
use crate::facts::said;

/// Begins to empty a queue into a sink, unless that is done already. Outside of a runtime the events wait for the next
/// one that is put in inside of one.
pub(super) fn begin(queue: &Arc<Queue>, sink: &Arc<dyn AuditSink>) {
    match Handle::try_current() {
        // Only who can begin a writer says that there is one: others may be looking for it.
        Ok(runtime) if queue.wants_writer() => {
            let writer = Writer {
                queue: Arc::clone(queue),
                given: Vec::new(),
            };
            runtime.spawn(writer.write(Arc::clone(sink)));
        }
        Ok(_) => {}
        Err(_) => queue.stays_unwritten(),
    }
}

/// The task that empties a queue. It ends with its runtime, and another one begins it anew.
struct Writer {
    queue: Arc<Queue>,
    /// What the sink was given, and hasn't answered for yet.
    given: Vec<AuditEvent>,
}

impl Writer {
    async fn write(mut self, sink: Arc<dyn AuditSink>) {
        while let Some(events) = self.queue.next().await {
            self.given = events;
            // A sink that panics has lost what it was given, and is given what comes next.
            let kept = AssertUnwindSafe(async { sink.write(&self.given).await });
            let kept = kept.catch_unwind().await;
            let kept = kept.unwrap_or_else(|panic| Err(said(&*panic)));
            let given = mem::take(&mut self.given);
            self.queue
                .gave(&given, kept.as_ref().map_err(String::as_str).copied());
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.given.is_empty() {
            let why = "the runtime ended while they were written";
            self.queue.gave(&self.given, Err(why));
        }
        self.queue.lacks_writer();
    }
}
