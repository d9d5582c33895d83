use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::SystemTime,
};

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, OriginalUri};
use http::{Extensions, Method, Uri, request::Parts, uri::Scheme};

use super::Stated;
use crate::{
    Principal,
    authentication::slot::{Slot, slot},
    denial::Denied,
    routing::{is_mounted, route},
};

/// The circumstances of a decision, for conditions that take `&Context`; in handlers, the request's, for what is decided
/// there: whether an address has tried too many passwords.
///
/// What a client can say about itself is not a fact, so no header is in it; what a proxy says is one where
/// [`PolicyRouter::trusted_proxies`](crate::PolicyRouter) names the proxy.
///
/// ```
/// use auth_core::{Context, condition};
/// use std::time::{Duration, UNIX_EPOCH};
///
/// /// the doors are open
/// #[condition]
/// fn open(context: &Context) -> bool {
///     context.now() < UNIX_EPOCH + Duration::from_secs(4_102_444_800)
/// }
/// ```
#[derive(Clone)]
pub struct Context {
    now: SystemTime,
    method: Option<Method>,
    uri: Option<Uri>,
    template: Option<Route>,
    client: Option<IpAddr>,
    scheme: Option<Scheme>,
    values: Extensions,
}

/// The template of the route that a request matched.
#[derive(Clone)]
enum Route {
    Matched(MatchedPath),
    /// Below a mounted service, with the service's own.
    Joined(Arc<str>),
}

impl Route {
    fn of(request: &Parts) -> Option<Self> {
        let whole = route(request)?;
        if is_mounted(request) {
            Some(Self::Joined(whole.into()))
        } else {
            request.extensions.get().cloned().map(Self::Matched)
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Matched(matched) => matched.as_str(),
            Self::Joined(joined) => joined,
        }
    }
}

/// Neither the path nor the query is in a log: either may hold what opens something, as a link in a mail does.
impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("now", &self.now)
            .field("method", &self.method)
            .field("template", &self.route())
            .field("client", &self.client)
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

/// How a value of the app's own is told of a request.
#[derive(Clone)]
pub(crate) struct Told(Arc<Tell>);

type Tell = dyn Fn(&Parts, &mut Extensions) + Send + Sync;

impl Told {
    pub(crate) fn by<T: Clone + Send + Sync + 'static>(
        tell: impl Fn(&Parts) -> T + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move |request, values| {
            values.insert(tell(request));
        }))
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Told(..)")
    }
}

impl<S: Sync> FromRequestParts<S> for Context {
    type Rejection = Denied;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Self, Denied> {
        let slot = slot(request).ok_or_else(Denied::unwired)?;
        let now = slot.edge.clock.now();
        Ok(Self::of(request, now))
    }
}

impl Context {
    pub(super) fn of(request: &Parts, now: SystemTime) -> Self {
        let original = request.extensions.get::<OriginalUri>();
        let connection: Option<&ConnectInfo<SocketAddr>> = request.extensions.get();
        let slot = slot(request);
        let sender = connection.map(|connection| connection.0.ip()).zip(slot);
        let mut values = Extensions::new();
        for told in slot.map_or(&[][..], |slot| &slot.edge.told) {
            (told.0)(request, &mut values);
        }
        Self {
            now,
            client: sender
                .and_then(|(sender, slot)| slot.edge.proxies.client(sender, &request.headers)),
            scheme: sender
                .and_then(|(sender, slot)| slot.edge.proxies.scheme(sender, &request.headers)),
            method: Some(request.method.clone()),
            uri: Some(original.map_or_else(|| request.uri.clone(), |uri| uri.0.clone())),
            template: Route::of(request),
            values,
        }
    }

    /// The same, told as if somebody else called: as a caller's account is now.
    pub(super) fn of_another(request: &Parts, now: SystemTime, caller: &Principal) -> Self {
        let mut request = request.clone();
        if let Some(slot) = request.extensions.get_mut::<Slot>() {
            slot.caller = Some(caller.clone());
        }
        Self::of(&request, now)
    }

    pub(super) fn outside(stated: Option<&Stated<'_>>, now: SystemTime) -> Self {
        Self {
            now,
            method: None,
            uri: None,
            template: None,
            client: None,
            scheme: None,
            values: stated
                .map(|stated| stated.values.clone())
                .unwrap_or_default(),
        }
    }

    /// What time the decision is made: the clock of [`PolicyRouter::clock`](crate::PolicyRouter::clock), the
    /// system's where none was set.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.now
    }

    /// A value of the app's own, which [`PolicyRouter::tells`](crate::PolicyRouter::tells) tells of each
    /// request.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.values.get()
    }

    /// The request's method, `HEAD` included; none outside a request.
    #[must_use]
    pub fn method(&self) -> Option<&Method> {
        self.method.as_ref()
    }

    /// The request's URI as it arrived, whatever nesting stripped; none outside a request.
    #[must_use]
    pub fn uri(&self) -> Option<&Uri> {
        self.uri.as_ref()
    }

    /// Where the request came from: the other end of its connection, or the client that trusted proxies
    /// name. None outside a request, where a trusted proxy doesn't say it, and where the app isn't served
    /// with `into_make_service_with_connect_info::<SocketAddr>()`.
    #[must_use]
    pub fn client(&self) -> Option<IpAddr> {
        self.client
    }

    /// The scheme that the client used, where a trusted proxy says it: `https` is a fact only behind one.
    #[must_use]
    pub fn scheme(&self) -> Option<&Scheme> {
        self.scheme.as_ref()
    }

    /// The route's whole template, as `/tickets/{ticket_id}`, with the prefixes below which it stands; none in a fallback and
    /// outside a request.
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        self.template.as_ref().map(Route::as_str)
    }
}
