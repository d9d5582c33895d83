//! Each decision explains itself: to the log, and to tests.

mod blame;
mod explain;

use std::{fmt, sync::Arc};

use http::request::Parts;

pub use blame::Reason;
pub(crate) use blame::blame;
pub(crate) use explain::explain;

use crate::{
    Principal,
    authentication::slot::slot,
    denial::{DenialKind, Denied},
    routing::template,
    rule::{PolicyKind, PolicyShape},
};

/// A denial as the log tells it: one event, complete in itself.
pub(crate) struct Denial<'a> {
    pub(crate) kind: DenialKind,
    pub(crate) caller: Option<&'a Principal>,
    pub(crate) request: Option<&'a Parts>,
    /// The policy that was asked; none where nobody may be a handler's argument.
    pub(crate) shape: Option<&'a PolicyShape>,
    pub(crate) explanation: String,
}

impl Denial<'_> {
    /// Writes the event, and answers the refusal that the client gets.
    pub(crate) fn refuse(self) -> Denied {
        self.log();
        let edge = match self.request.and_then(slot) {
            Some(slot) => Some(Arc::clone(&slot.edge)),
            None => self.caller.and_then(Principal::edge).cloned(),
        };
        Denied::new(self.kind, edge).explained(self.explanation)
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
            method = self.request.map(|request| tracing::field::debug(&request.method)),
            route = self.request.and_then(template),
            handler = self.handler().map(tracing::field::display),
            policy = self.shape.filter(|shape| shape.kind == PolicyKind::Policy).map(|shape| shape.name),
            declared_at = self.shape.map(|shape| tracing::field::display(DeclaredAt(shape))),
            explanation = self.explanation.as_str(),
            "denied"
        );
    }

    fn handler(&self) -> Option<HandlerName<'_>> {
        if let Some(handler) = self.request.and_then(slot).and_then(|slot| slot.handler) {
            return Some(HandlerName("", handler));
        }
        let shape = self.shape?;
        (shape.kind == PolicyKind::Requires).then_some(HandlerName(shape.id.module, shape.name))
    }
}

/// A handler's path in the code.
struct HandlerName<'a>(&'a str, &'a str);

impl fmt::Display for HandlerName<'_> {
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
