use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, MatchedPath, OriginalUri};
use http::{Method, Uri, request::Parts, uri::Scheme};

use crate::authentication::slot::slot;

/// The circumstances of a request, for conditions that take `&Context`.
///
/// What a client can say about itself is not a fact, so no header is in it; what a proxy says is one where
/// [`PolicyRouter::trusted_proxies`](crate::PolicyRouter) names the proxy.
#[derive(Clone, Debug, Default)]
pub struct Context {
    method: Option<Method>,
    uri: Option<Uri>,
    template: Option<MatchedPath>,
    client: Option<IpAddr>,
    scheme: Option<Scheme>,
}

impl Context {
    pub(crate) fn of(request: &Parts) -> Self {
        let original = request.extensions.get::<OriginalUri>();
        let connection: Option<&ConnectInfo<SocketAddr>> = request.extensions.get();
        let sender = connection
            .map(|connection| connection.0.ip())
            .zip(slot(request));
        Self {
            client: sender
                .and_then(|(sender, slot)| slot.edge.proxies.client(sender, &request.headers)),
            scheme: sender
                .and_then(|(sender, slot)| slot.edge.proxies.scheme(sender, &request.headers)),
            method: Some(request.method.clone()),
            uri: Some(original.map_or_else(|| request.uri.clone(), |uri| uri.0.clone())),
            template: request.extensions.get().cloned(),
        }
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

    /// The route's template, as `/tickets/{ticket_id}`; none in a fallback and outside a request.
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        self.template.as_ref().map(MatchedPath::as_str)
    }
}
