use std::{
    convert::Infallible,
    fmt,
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Request, connect_info::IntoMakeServiceWithConnectInfo},
    response::Response,
    routing::{IntoMakeService, Route, future::RouteFuture},
    serve::{IncomingStream, Listener},
};
use tower_layer::layer_fn;
use tower_service::Service;

use super::{layer::RouteLayer, policies::Policies};
use crate::authentication::prefix::UnderPrefix;

/// A router that is authenticated, and so may be served: `axum::serve(listener, app)`.
///
/// It takes outer layers (CORS, tracing, timeouts), which run before the authentication, and other
/// guarded routers, each with its own authenticator: a request meets exactly one.
#[derive(Clone)]
#[must_use = "it serves nothing until it is given to `axum::serve`"]
pub struct Guarded {
    inner: Router,
    // Servers clone a service for each request.
    policies: Arc<Policies>,
}

impl Guarded {
    pub(super) fn new(inner: Router, policies: Policies) -> Self {
        Self {
            inner,
            policies: Arc::new(policies),
        }
    }

    /// The table of policies: what may be called, and by whom.
    #[must_use]
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Puts a layer around all of it, outside of the authentication.
    pub fn layer(mut self, layer: impl RouteLayer) -> Self {
        self.inner = self.inner.layer(layer);
        self
    }

    /// Takes over the routes of another one, which keep their own authentication.
    ///
    /// # Panics
    ///
    /// Where axum does: a path and method mounted twice, or two fallbacks.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        Arc::make_mut(&mut self.policies).merge(&other.policies);
        self.inner = self.inner.merge(other.inner);
        self
    }

    /// Mounts another one under a path's prefix; it keeps its own authentication.
    ///
    /// # Panics
    ///
    /// Where axum does.
    #[track_caller]
    pub fn nest(mut self, path: &str, other: Self) -> Self {
        Arc::make_mut(&mut self.policies).merge(&other.policies.under(path));
        let prefix: Arc<str> = path.trim_end_matches('/').into();
        let told = layer_fn(move |route: Route| UnderPrefix::new(route, Arc::clone(&prefix)));
        self.inner = self.inner.nest(path, other.inner.layer(told));
        self
    }

    /// For `axum::serve` where handlers want the peer's address.
    #[must_use]
    pub fn into_make_service_with_connect_info<C>(
        self,
    ) -> IntoMakeServiceWithConnectInfo<Router, C> {
        self.inner.into_make_service_with_connect_info::<C>()
    }

    /// For `axum::serve` and other servers that want a service maker.
    #[must_use]
    pub fn into_make_service(self) -> IntoMakeService<Router> {
        self.inner.into_make_service()
    }

    /// The one door out: a plain axum router, to which routes can be added that declare nothing and
    /// that nobody authenticates.
    pub fn into_axum_router(self) -> Router {
        self.inner
    }
}

impl<B> Service<Request<B>> for Guarded
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request<B>>::poll_ready(&mut self.inner, cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.inner.call(request)
    }
}

/// For `axum::serve`: each connection gets a copy.
impl<L: Listener> Service<IncomingStream<'_, L>> for Guarded {
    type Response = Self;
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: IncomingStream<'_, L>) -> Self::Future {
        ready(Ok(self.clone()))
    }
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded")
            .field("policies", &self.policies)
            .finish_non_exhaustive()
    }
}
