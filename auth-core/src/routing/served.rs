use std::{
    convert::Infallible,
    fmt,
    future::{Ready, ready},
    mem,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Router, ServiceExt,
    body::Bytes,
    extract::{Request, connect_info::IntoMakeServiceWithConnectInfo},
    response::Response,
    routing::{IntoMakeService, future::RouteFuture},
    serve::{IncomingStream, Listener},
};
use tower::util::MapRequestLayer;
use tower_service::Service;

use super::{
    faults::{clashes, faults, not_one_home, of_programs},
    layer::RouteLayer,
    policies::Policies,
    respelled::tell_routes,
    wiring::{WiringError, WiringErrors},
};
use crate::{
    Jobs,
    authentication::{Home, HomeOfAll, IssuerName, slot::Edge},
};

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
    whose: Arc<Whose>,
    /// What the router's decisions are made with; of several that were joined, the first's.
    edge: Arc<Edge>,
}

/// Whose people its authenticators know.
pub(super) struct Whose {
    issuers: Vec<IssuerName>,
    /// Whether one of them names none.
    unnamed: bool,
    /// Whose a plain owner id means.
    pub(super) home: Home,
}

impl Whose {
    /// Those issuers' people, where nothing else is at fault and one of them is home.
    pub(super) fn of(
        issuers: Vec<IssuerName>,
        unnamed: bool,
        mut faults: Vec<WiringError>,
    ) -> Result<Self, WiringErrors> {
        match Home::of(issuers.iter().cloned(), unnamed) {
            Ok(home) if faults.is_empty() => {
                return Ok(Self {
                    issuers,
                    unnamed,
                    home,
                });
            }
            Ok(_) => {}
            Err(several) => faults.push(not_one_home(&several)),
        }
        Err(WiringErrors(faults))
    }
}

impl Guarded {
    pub(super) fn new(inner: Router, policies: Policies, whose: Whose, edge: Arc<Edge>) -> Self {
        Self {
            edge,
            inner,
            policies: Arc::new(policies),
            whose: Arc::new(whose),
        }
    }

    /// The table of policies: what may be called, and by whom.
    #[must_use]
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Makes callers for what is decided outside of requests: whoever had a job done, and the app's own programs. Decisions are
    /// made with this router's settings; of several that were joined, with the first's.
    #[must_use]
    pub fn jobs(&self) -> Jobs {
        let programs = self.policies.programs.clone();
        Jobs::new(Arc::clone(&self.edge), self.whose.home.clone(), programs)
    }

    /// Puts a layer around all of it, outside of the authentication: it is around each answer, whoever gave it, and knows no
    /// caller.
    ///
    /// Here belong CORS (a page reads why it is refused, and a preflight needs no credentials), tracing, compression, timeouts,
    /// and limits that anyone is subject to. A cache doesn't belong in front of what somebody must be allowed to see.
    pub fn layer(mut self, layer: impl RouteLayer) -> Self {
        self.inner = self.inner.layer(layer);
        self
    }

    /// Takes over the routes of another one, which keep their own authentication.
    ///
    /// # Panics
    ///
    /// On a whole that can't work, with all faults in one message: see [`try_merge`](Self::try_merge).
    #[track_caller]
    pub fn merge(self, other: Self) -> Self {
        match self.try_merge(other) {
            Ok(whole) => whole,
            Err(errors) => panic!("{errors}"),
        }
    }

    /// The same, without a panic.
    ///
    /// # Errors
    ///
    /// A path and method that are mounted twice, two fallbacks, and several issuers of which not exactly one is
    /// home: a plain owner id means one issuer's people in all of an app.
    pub fn try_merge(mut self, other: Self) -> Result<Self, WiringErrors> {
        let other = self.join(other, None)?;
        self.inner = tell_routes(self.inner.merge(other), &self.policies);
        Ok(self)
    }

    /// Mounts another one under a path's prefix; it keeps its own authentication.
    ///
    /// # Panics
    ///
    /// On a whole that can't work, with all faults in one message: see [`try_nest`](Self::try_nest).
    #[track_caller]
    pub fn nest(self, path: &str, other: Self) -> Self {
        match self.try_nest(path, other) {
            Ok(whole) => whole,
            Err(errors) => panic!("{errors}"),
        }
    }

    /// The same, without a panic.
    ///
    /// # Errors
    ///
    /// As [`try_merge`](Self::try_merge), and all that
    /// [`try_authenticate`](crate::PolicyRouter::try_authenticate) refuses of a path, told of the whole path: a
    /// parameter that stands in it twice, two keys of one resource, a parent that can't be compared.
    pub fn try_nest(mut self, path: &str, other: Self) -> Result<Self, WiringErrors> {
        let other = self.join(other, Some(path))?;
        // Around the whole, so that paths are the whole's.
        self.inner = tell_routes(self.inner.nest(path, other), &self.policies);
        Ok(self)
    }

    /// Takes over what another one lists, once all that is checked at start was checked of the whole.
    fn join(&mut self, other: Self, under: Option<&str>) -> Result<Router, WiringErrors> {
        // Where no prefix is put before them, its paths were checked already.
        let below = under.map(|path| other.policies.under(path));
        let below = below.as_ref();
        let moved = below.into_iter().flat_map(Policies::iter);
        let mut faults: Vec<_> = moved.flat_map(|row| faults(row, None)).collect();
        let mut policies = Policies::clone(&self.policies);
        policies.merge(below.unwrap_or(&other.policies));
        faults.extend(clashes(&policies));
        faults.extend(of_programs(&policies.programs));
        let issuers = [&*self.whose.issuers, &*other.whose.issuers].concat();
        let unnamed = self.whose.unnamed || other.whose.unnamed;
        let whose = Whose::of(issuers, unnamed, faults)?;
        let told = |inner: Router, own: &Home| {
            if *own == whose.home {
                return inner;
            }
            let home = HomeOfAll::new(whose.home.clone());
            inner.layer(MapRequestLayer::new(move |request| home.tell(request)))
        };
        self.inner = told(mem::take(&mut self.inner), &self.whose.home);
        let inner = told(other.inner, &other.whose.home);
        self.policies = Arc::new(policies);
        self.whose = Arc::new(whose);
        Ok(inner)
    }

    /// For `axum::serve` where handlers want the peer's address.
    #[must_use]
    pub fn into_make_service_with_connect_info<C>(self) -> IntoMakeServiceWithConnectInfo<Self, C> {
        ServiceExt::<Request>::into_make_service_with_connect_info(self)
    }

    /// For `axum::serve` and other servers that want a service maker: it makes guarded services alone.
    #[must_use]
    pub fn into_make_service(self) -> IntoMakeService<Self> {
        ServiceExt::<Request>::into_make_service(self)
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
