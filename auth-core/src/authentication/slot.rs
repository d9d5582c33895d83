use std::{sync::Arc, time::Duration};

use http::{HeaderName, request::Parts};

use super::{Challenge, Home, Judge, cross_site::CrossSite, shared_caches::Asked};
use crate::{
    Principal,
    audit::HandlerName,
    denial::Wording,
    facts::{Clock, Told, TrustedProxies},
    guard::Decision,
};

/// What the layer found, where guards look for it.
///
/// The type is private, and the layer overwrites it on every request (with *nobody* too), so
/// nothing a client sends and nothing another layer inserts is ever taken for it.
pub(crate) struct Slot {
    pub(crate) caller: Option<Principal>,
    /// Whether anything has asked who calls.
    pub(crate) asked: Asked,
    pub(crate) edge: Arc<Edge>,
    pub(crate) decision: Option<Decision>,
    /// The handler that is called, once its guard has been.
    pub(crate) handler: Option<HandlerName>,
}

impl Clone for Slot {
    /// A copied request keeps who calls, never what was decided about another request.
    fn clone(&self) -> Self {
        Self {
            caller: self.caller.clone(),
            asked: self.asked.clone(),
            edge: Arc::clone(&self.edge),
            decision: None,
            handler: None,
        }
    }
}

/// What the authentication layer of a router is configured to, for guards and answers.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) judges: Vec<Judge>,
    pub(crate) challenges: Vec<Challenge>,
    pub(crate) credential_headers: Vec<HeaderName>,
    pub(crate) credential_cookies: Vec<String>,
    /// What an answer to a caller depends on.
    pub(crate) vary: Vec<HeaderName>,
    pub(crate) home: Home,
    pub(crate) proxies: TrustedProxies,
    pub(crate) cross_site: CrossSite,
    pub(crate) clock: Clock,
    /// The app's own circumstances of a request.
    pub(crate) told: Vec<Told>,
    pub(crate) deadline: Duration,
    pub(crate) explain_to_client: bool,
    /// How the app words denials, if not as problems.
    pub(crate) wording: Option<Wording>,
    #[cfg(feature = "audit")]
    pub(crate) trail: Option<crate::AuditTrail>,
    #[cfg(feature = "audit")]
    pub(crate) request_id: Option<RequestId>,
}

/// How the app names a request.
#[cfg(feature = "audit")]
#[derive(Clone)]
pub(crate) struct RequestId(Arc<NameOf>);

#[cfg(feature = "audit")]
type NameOf = dyn Fn(&Parts) -> Option<String> + Send + Sync;

#[cfg(feature = "audit")]
impl RequestId {
    pub(crate) fn by(name: impl Fn(&Parts) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(name))
    }

    pub(crate) fn of(&self, request: &Parts) -> Option<String> {
        (self.0)(request)
    }
}

#[cfg(feature = "audit")]
impl std::fmt::Debug for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RequestId(..)")
    }
}

pub(crate) fn slot(parts: &Parts) -> Option<&Slot> {
    parts.extensions.get()
}

/// What the router's decisions are made with: the request's, or outside of one the caller's.
pub(crate) fn edge<'a>(
    request: Option<&'a Parts>,
    caller: Option<&'a Principal>,
) -> Option<&'a Arc<Edge>> {
    match request.and_then(slot) {
        Some(slot) => Some(&slot.edge),
        None => caller.and_then(Principal::edge),
    }
}
