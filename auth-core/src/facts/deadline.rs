use std::{any::Any, future::poll_fn, panic::AssertUnwindSafe, task::Poll, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::time::{Instant, timeout_at};

/// When a decision must have found out what it needs: all its facts together, however many there are.
#[derive(Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
    allowed: Duration,
}

/// Later than anybody waits.
const FAR_OFF: Duration = Duration::from_hours(24 * 365);

impl Deadline {
    /// So much later than now.
    pub(crate) fn after(allowed: Duration) -> Self {
        let now = Instant::now();
        Self {
            at: now.checked_add(allowed).unwrap_or(now + FAR_OFF),
            allowed,
        }
    }

    /// The answer of work that may panic, if it is there in time.
    pub(crate) async fn within<T>(self, work: BoxFuture<'_, T>) -> Result<T, String> {
        answered(work, self.allowed, || self).await
    }
}

/// The answer of work that may panic, and may take so long and no longer.
pub(crate) async fn within<T>(allowed: Duration, work: BoxFuture<'_, T>) -> Result<T, String> {
    answered(work, allowed, || Deadline::after(allowed)).await
}

async fn answered<T>(
    work: BoxFuture<'_, T>,
    allowed: Duration,
    deadline: impl FnOnce() -> Deadline,
) -> Result<T, String> {
    let mut work = AssertUnwindSafe(work).catch_unwind();
    // What is there at once needs no timer, which costs more than the rest of a decision.
    let answer = match poll_fn(|cx| Poll::Ready(work.poll_unpin(cx))).await {
        Poll::Ready(answer) => answer,
        Poll::Pending => timeout_at(deadline().at, work)
            .await
            .map_err(|_| format!("no answer within {allowed:?}"))?,
    };
    answer.map_err(|panic| said(&*panic))
}

/// A panic in words.
pub(crate) fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("it panicked: {:?}", text.unwrap_or("no text"))
}
