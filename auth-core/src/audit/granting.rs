use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
#[cfg(feature = "audit")]
use std::sync::{Mutex, PoisonError};

use http::request::Parts;

#[cfg(feature = "audit")]
use super::{AuditEvent, AuditTrail, AuditedResource};
use crate::{Resource, authentication::slot::Slot, rule::PolicyShape};

/// A request's grant, until its handler has been handed all that it asked for: then it is counted, and kept where the
/// router's audit trail keeps it. What is refused before that is counted and kept as the refusal alone.
///
/// axum drops it, with the rest of the request's extensions, when the last of the handler's arguments is there; of a
/// handler that takes the whole request, when that one drops it. A refusal that the handler put aside holds on to it
/// too: who takes a `Result<Granted<T>, Denied>` runs all the same.
pub(crate) struct Granting {
    /// Until a refusal shares it: most decisions allocate nothing.
    own: Option<Grant>,
    shared: Option<Arc<Grant>>,
}

struct Grant {
    /// What another guard granted this request before.
    before: Option<Arc<Grant>>,
    #[cfg_attr(
        not(feature = "metrics"),
        allow(dead_code, reason = "nothing counts it")
    )]
    shape: &'static PolicyShape,
    refused: AtomicBool,
    #[cfg(feature = "audit")]
    event: Option<Box<Kept>>,
}

/// Where a grant is kept, and as what. A refusal that was put aside may share it while resources are handed out.
#[cfg(feature = "audit")]
type Kept = (AuditTrail, Mutex<AuditEvent>);

impl Granting {
    pub(super) fn new(
        shape: &'static PolicyShape,
        #[cfg(feature = "audit")] event: Option<(AuditTrail, AuditEvent)>,
    ) -> Self {
        let grant = Grant {
            before: None,
            shape,
            refused: AtomicBool::new(false),
            #[cfg(feature = "audit")]
            event: event.map(|(trail, event)| Box::new((trail, Mutex::new(event)))),
        };
        Self {
            own: Some(grant),
            shared: None,
        }
    }

    /// The grant of another guard, which stands or falls with what is answered as the one before it does.
    pub(crate) fn after(mut self, before: Self) -> Self {
        if let Some(own) = &mut self.own {
            own.before = before.own.map(Arc::new).or(before.shared);
        }
        self
    }

    /// The grant of this request, for a refusal after it to hold on to.
    pub(crate) fn of(request: &mut Parts) -> Option<Self> {
        let slot = request.extensions.get_mut::<Slot>()?;
        let granting = &mut slot.decision.as_mut()?.granting;
        if let Some(own) = granting.own.take() {
            granting.shared = Some(Arc::new(own));
        }
        Some(Self {
            own: None,
            shared: granting.shared.clone(),
        })
    }

    /// It is refused after all.
    pub(crate) fn refuse(&self) {
        let mut grant = self.grant();
        while let Some(refused) = grant {
            refused.refused.store(true, Ordering::Relaxed);
            grant = refused.before.as_deref();
        }
    }

    fn grant(&self) -> Option<&Grant> {
        self.own.as_ref().or(self.shared.as_deref())
    }

    /// The handler is handed a resource that the grant didn't need.
    #[cfg_attr(
        not(feature = "audit"),
        allow(unused_variables, clippy::unused_self, reason = "nothing keeps it")
    )]
    pub(crate) fn hands_out<T: Resource>(&self, value: &T) {
        #[cfg(feature = "audit")]
        if let Some((_, event)) = self.grant().and_then(|grant| grant.event.as_deref()) {
            let handed = AuditedResource::of(T::KIND, || value.shown_key());
            let mut event = event.lock().unwrap_or_else(PoisonError::into_inner);
            event.resources.push(handed);
        }
    }
}

/// While something is looked for that a grant didn't need and its handler is to be handed. Where this is dropped before
/// that is there, since the client has gone away, nothing was answered and the handler never ran.
pub(crate) struct HandingOut(Option<Granting>);

impl HandingOut {
    pub(crate) fn of(request: &mut Parts) -> Self {
        Self(Granting::of(request))
    }

    pub(crate) fn done(mut self) {
        self.0 = None;
    }
}

impl Drop for HandingOut {
    fn drop(&mut self) {
        if let Some(granting) = self.0.take() {
            granting.refuse();
        }
    }
}

impl Grant {
    /// It is what was answered.
    #[cfg_attr(
        not(any(feature = "metrics", feature = "audit")),
        allow(clippy::unused_self, reason = "nothing counts or keeps it")
    )]
    fn stands(&mut self) {
        #[cfg(feature = "metrics")]
        super::metrics::decided(self.shape, None);
        #[cfg(feature = "audit")]
        if let Some(event) = self.event.take() {
            let (trail, event) = *event;
            trail.keep(event.into_inner().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

impl Drop for Grant {
    fn drop(&mut self) {
        // In the order of the guards.
        drop(self.before.take());
        if !*self.refused.get_mut() {
            self.stands();
        }
    }
}
