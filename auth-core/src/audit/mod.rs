//! Each decision explains itself: to the log, and to tests.

mod blame;
#[cfg(feature = "audit")]
mod event;
mod explain;
mod granting;
#[cfg(feature = "audit")]
mod json;
#[cfg(feature = "audit")]
mod json_lines;
#[cfg(feature = "metrics")]
pub(crate) mod metrics;
#[cfg(feature = "audit")]
mod queue;
#[cfg(feature = "audit")]
mod tracing_events;
#[cfg(feature = "audit")]
mod trail;
#[cfg(feature = "audit")]
mod writer;

#[cfg(feature = "audit")]
use std::time::Duration;
use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use http::request::Parts;

pub use blame::Reason;
pub(crate) use blame::blame;
#[cfg(feature = "audit")]
pub use event::{AuditEvent, AuditedActor, AuditedPrincipal, AuditedResource};
pub(crate) use explain::explain;
pub(crate) use granting::{Granting, HandingOut};
#[cfg(feature = "audit")]
pub use json_lines::JsonLines;
#[cfg(feature = "audit")]
pub use tracing_events::TracingEvents;
#[cfg(feature = "audit")]
pub use trail::{AuditSink, AuditTrail, Unflushed};

use crate::{
    CredentialKind, Principal,
    authentication::slot::{Edge, edge, slot},
    denial::{DenialKind, Denied},
    facts::{Known, said},
    routing::template,
    rule::{Fact, PolicyKind, PolicyShape, Rule},
};

/// A resource's kind, and its key where that can be displayed.
pub(crate) type ShownResource = (&'static str, Option<String>);

/// A denial as the log tells it: one event, complete in itself.
pub(crate) struct Denial<'a> {
    pub(crate) kind: DenialKind,
    pub(crate) caller: Option<&'a Principal>,
    pub(crate) request: Option<&'a Parts>,
    /// The policy that was asked; none where nobody may be a handler's argument.
    pub(crate) shape: Option<&'static PolicyShape>,
    pub(crate) explanation: String,
}

impl Denial<'_> {
    /// Writes the event, and answers the refusal that the client gets.
    pub(crate) fn refuse(self) -> Denied {
        self.log();
        let edge = edge(self.request, self.caller).map(Arc::clone);
        let wanted = match self.shape {
            Some(shape) if self.kind == DenialKind::InsufficientUserAuthentication => {
                shape.login_wanted()
            }
            _ => Vec::new(),
        };
        Denied::new(self.kind, edge)
            .explained(self.explanation)
            .wanting(wanted)
    }

    /// Refuses what this request's guard granted, if one did.
    pub(crate) fn after_grant(
        request: &mut Parts,
        kind: DenialKind,
        shape: Option<&'static PolicyShape>,
        explanation: String,
        about: Option<ShownResource>,
    ) -> Denied {
        let granting = Granting::of(request);
        let denial = Denial {
            kind,
            caller: slot(request).and_then(|slot| slot.caller.as_ref()),
            request: Some(request),
            shape,
            explanation,
        };
        denial.refuse_after_grant(granting, about)
    }

    /// The same of what was granted, and then is not there to be handed out: where it is the answer, it is what is
    /// counted and kept, and not the grant.
    #[cfg_attr(
        not(feature = "audit"),
        allow(
            unused_variables,
            clippy::needless_pass_by_value,
            reason = "nothing keeps it"
        )
    )]
    pub(crate) fn refuse_after_grant(
        self,
        granting: Option<Granting>,
        about: Option<ShownResource>,
    ) -> Denied {
        #[cfg(feature = "metrics")]
        if let Some(shape) = self.shape {
            metrics::decided(shape, Some(self.kind));
        }
        #[cfg(feature = "audit")]
        self.keep_after_grant(about);
        self.refuse().instead_of(granting)
    }

    #[cfg(feature = "audit")]
    fn keep_after_grant(&self, about: Option<ShownResource>) {
        if let Some(shape) = self.shape
            && let Some(edge) = edge(self.request, self.caller)
            && let Some(trail) = &edge.trail
        {
            let audited = Audited {
                shape,
                request: self.request,
                caller: self.caller,
                granted_items: None,
                besides: None,
                denial: Some((self.kind, &self.explanation)),
            };
            let (now, took) = (edge.clock.now(), Duration::ZERO);
            let about = about.map(|(kind, key)| AuditedResource::of(kind, || key));
            trail.keep(AuditEvent {
                resources: about.into_iter().collect(),
                ..AuditEvent::about(&audited, now, took)
            });
        }
    }

    /// Writes the event.
    ///
    /// Whatever a client may have chosen is written through `Debug`, which escapes control and
    /// direction characters; of the path only the route's template is.
    pub(crate) fn log(&self) {
        tracing::info!(
            target: "auth_core::denial",
            code = self.kind.code(),
            status = self.kind.status().as_u16(),
            issuer = self.caller.map(|caller| tracing::field::debug(caller.issuer())),
            subject = self.caller.map(|caller| tracing::field::debug(caller.subject())),
            actor = self.caller.and_then(Principal::actor).map(|actor| tracing::field::debug(actor.subject())),
            credential = self.caller.and_then(Principal::credential_kind).map(CredentialKind::as_str),
            method = self.request.map(|request| tracing::field::debug(&request.method)),
            route = self.request.and_then(template),
            handler = HandlerName::of(self.request, self.shape).map(tracing::field::display),
            policy = self.shape.filter(|shape| shape.kind == PolicyKind::Policy).map(|shape| shape.name),
            declared_at = self.shape.map(|shape| tracing::field::display(DeclaredAt(shape))),
            explanation = self.explanation.as_str(),
            "denied"
        );
    }
}

/// What is made with the app's own code, for whoever reads of a decision: where that panics there is none, and the
/// decision stands.
pub(crate) fn attempt<T>(of: &'static str, make: impl FnOnce() -> T) -> Option<T> {
    let made = catch_unwind(AssertUnwindSafe(make));
    made.map_err(|panic| {
        let why = said(&*panic);
        tracing::warn!(target: "auth_core::audit", of, why = ?why, "something of a decision can't be told");
    })
    .ok()
}

/// A handler's path in the code.
#[derive(Clone, Copy)]
pub(crate) struct HandlerName(&'static str, &'static str);

impl HandlerName {
    /// The one whose attribute says the policy.
    pub(crate) fn declared(shape: &'static PolicyShape) -> Self {
        Self(shape.id.module, shape.name)
    }

    /// One that a policy was given to at the route.
    pub(crate) fn given(name: &'static str) -> Self {
        Self("", name)
    }

    fn of(request: Option<&Parts>, shape: Option<&'static PolicyShape>) -> Option<Self> {
        let declares = shape.filter(|shape| shape.kind == PolicyKind::Requires);
        declares
            .map(Self::declared)
            .or_else(|| request.and_then(slot)?.handler)
    }
}

impl fmt::Display for HandlerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self("", name) => f.write_str(name),
            Self(module, name) => write!(f, "{module}::{name}"),
        }
    }
}

/// The file and line of a policy's attribute.
struct DeclaredAt<'a>(&'a PolicyShape);

impl fmt::Display for DeclaredAt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0.file, self.0.line)
    }
}

/// What a decision is about, for the audit trail.
#[cfg_attr(not(feature = "audit"), allow(dead_code, reason = "nothing keeps it"))]
pub(crate) struct Audited<'a> {
    pub(crate) shape: &'static PolicyShape,
    pub(crate) request: Option<&'a Parts>,
    pub(crate) caller: Option<&'a Principal>,
    /// Of how many of a list's items it was granted.
    pub(crate) granted_items: Option<usize>,
    /// What stands in the way beside the rule.
    pub(crate) besides: Option<Reason>,
    /// What a denial is, and why; none of a grant.
    pub(crate) denial: Option<(DenialKind, &'a str)>,
}

/// When a decision began, if its trail wants to know.
#[derive(Clone, Copy)]
pub(crate) struct Began(#[cfg(feature = "audit")] Option<std::time::Instant>);

impl Began {
    #[cfg(feature = "audit")]
    pub(crate) fn now(edge: Option<&Arc<Edge>>) -> Self {
        let trail = edge.and_then(|edge| edge.trail.as_ref());
        Self(trail.map(|_| std::time::Instant::now()))
    }

    #[cfg(not(feature = "audit"))]
    pub(crate) fn now(_: Option<&Arc<Edge>>) -> Self {
        Self()
    }
}

/// Measures how long a fact takes to be found out, for as long as it lives.
pub(crate) struct Timing(
    #[cfg(feature = "metrics")]
    #[expect(dead_code, reason = "its end is what matters")]
    metrics::Timed,
);

#[cfg_attr(
    not(feature = "metrics"),
    allow(unused_variables, reason = "nothing measures it")
)]
pub(crate) fn timed<S>(fact: &Fact<S>) -> Timing {
    Timing(
        #[cfg(feature = "metrics")]
        metrics::Timed::of(fact),
    )
}

/// Counts and keeps a grant as soon as its request's handler has what it asked for.
#[cfg_attr(
    not(feature = "audit"),
    allow(unused_variables, reason = "nothing keeps it")
)]
pub(crate) fn granting<S>(
    rule: &'static Rule<S>,
    known: &Known<'_>,
    audited: &Audited<'_>,
    began: Began,
) -> Granting {
    Granting::new(
        audited.shape,
        #[cfg(feature = "audit")]
        event(rule, known, audited, began),
    )
}

/// What the router's audit trail is to keep of a decision, if it has one that wants it.
#[cfg(feature = "audit")]
fn event<S>(
    rule: &'static Rule<S>,
    known: &Known<'_>,
    audited: &Audited<'_>,
    began: Began,
) -> Option<(AuditTrail, AuditEvent)> {
    let edge = edge(audited.request, audited.caller)?;
    let trail = edge.trail.as_ref()?;
    let keeps = trail.keeps(audited.shape, audited.denial.is_none());
    let took = || began.0.map(|began| began.elapsed()).unwrap_or_default();
    keeps.then(|| {
        // When it is decided, and not as of when it was asked.
        let event = AuditEvent::of(rule, known, audited, edge.clock.now(), took());
        (trail.clone(), event)
    })
}

/// Counts a decision, and keeps it in the router's audit trail if it has one that wants it.
#[cfg_attr(
    not(feature = "audit"),
    allow(unused_variables, reason = "nothing keeps it")
)]
pub(crate) fn keep<S>(
    rule: &'static Rule<S>,
    known: &Known<'_>,
    audited: &Audited<'_>,
    began: Began,
) {
    #[cfg(feature = "metrics")]
    metrics::decided(audited.shape, audited.denial.map(|(kind, _)| kind));
    #[cfg(feature = "audit")]
    if let Some((trail, event)) = event(rule, known, audited, began) {
        trail.keep(event);
    }
}
