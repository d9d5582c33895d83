use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(feature = "audit")]
use super::{AuditEvent, AuditTrail};
use crate::rule::PolicyShape;

/// A request's grant, until its handler has been handed all that it asked for: then it is counted, and kept where the
/// router's audit trail keeps it. What is refused before that is counted and kept as the refusal alone.
///
/// axum drops it, with the rest of the request's extensions, when the last of the handler's arguments is there; of a
/// handler that takes the whole request, when that one drops it.
pub(crate) struct Granting {
    #[cfg_attr(
        not(feature = "metrics"),
        allow(dead_code, reason = "nothing counts it")
    )]
    pub(super) shape: &'static PolicyShape,
    pub(super) refused: AtomicBool,
    #[cfg(feature = "audit")]
    pub(super) event: Option<Box<(AuditTrail, AuditEvent)>>,
}

impl Granting {
    /// It is refused after all.
    pub(super) fn refuse(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }
}

impl Drop for Granting {
    fn drop(&mut self) {
        if *self.refused.get_mut() {
            return;
        }
        #[cfg(feature = "metrics")]
        super::metrics::decided(self.shape, None);
        #[cfg(feature = "audit")]
        if let Some(event) = self.event.take() {
            let (trail, event) = *event;
            trail.keep(event);
        }
    }
}
