//! Services of any kind, each mounted behind its policy's guard.

use std::{any::type_name, convert::Infallible, fmt, sync::Arc};

use axum::{
    Router,
    extract::Request,
    handler::Handler,
    response::{IntoResponse, Response},
    routing::{MethodRouter, Route, any},
};
use futures_util::future::BoxFuture;
use http::request::Parts;
use tower::ServiceExt;
use tower_layer::layer_fn;
use tower_service::Service;

use super::{
    answer::Answering, guarded::WithPolicy, method::MountedHandler, respelled::is_respelled,
    template::mount,
};
use crate::{
    audit::Denial,
    denial::{DenialKind, Denied},
    rule::{Policy, PolicyShape},
};

/// A service that can stand under the policy `P`.
#[diagnostic::on_unimplemented(
    message = "this can't be mounted as a service under `{P}`",
    label = "not a service for requests under a policy",
    note = "the order is path, policy, service: `.nest_service(\"/assets\", public(\"static files\"), service)`"
)]
pub trait ServiceUnder<S, P> {
    #[doc(hidden)]
    fn under(self, policy: P) -> UnderPolicy<S>;
}

/// A service behind its policy's guard.
#[doc(hidden)]
pub struct UnderPolicy<S> {
    /// For a path of its own.
    pub(super) service: MethodRouter<S>,
    /// For all below a prefix.
    pub(super) nested: MethodRouter,
    pub(super) handler: MountedHandler,
}

impl<S, P, V> ServiceUnder<S, P> for V
where
    S: Clone + Send + Sync + 'static,
    P: Policy<S>,
    V: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
    V::Response: IntoResponse,
    V::Future: Send + 'static,
{
    fn under(self, policy: P) -> UnderPolicy<S> {
        let handler = MountedHandler::of_service::<P, V>(&policy);
        let service = behind(Arc::new(policy), self);
        UnderPolicy {
            service: any(service.clone()),
            nested: any(move |request| with_state(service.clone(), request)),
            handler,
        }
    }
}

/// A service behind its policy's guard.
fn behind<S, P, V>(policy: Arc<P>, service: V) -> Answering<S>
where
    S: Clone + Send + Sync + 'static,
    P: Policy<S>,
    V: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
    V::Response: IntoResponse,
    V::Future: Send + 'static,
{
    let service = WithPolicy::new(policy, move |request: Request| {
        let service = service.clone();
        async move {
            let (mut parts, body) = request.into_parts();
            if is_respelled(&parts) {
                return elsewhere(P::SHAPE, &mut parts).into_response();
            }
            let request = Request::from_parts(parts, body);
            match service.oneshot(mount(request)).await {
                Ok(response) => response.into_response(),
                Err(never) => match never {},
            }
        }
    });
    Answering::new(service.named(type_name::<V>()))
}

/// Puts each of a router's routes behind a policy's guard.
pub(super) fn all_behind<S, P>(policy: P, router: Router) -> (MountedHandler, Router)
where
    S: Clone + Send + Sync + 'static,
    P: Policy<S>,
{
    let handler = MountedHandler::of_service::<P, Router>(&policy);
    let policy = Arc::new(policy);
    let guarding = layer_fn(move |route: Route| -> MethodRouter {
        let service = behind::<S, P, Route>(Arc::clone(&policy), route);
        any(move |request| with_state(service.clone(), request))
    });
    (handler, router.layer(guarding))
}

/// A handler of any method, by the router's own state.
pub(super) fn by_methods<S>(methods: MethodRouter<S>) -> Answering<S>
where
    S: Clone + Send + Sync + 'static,
{
    Answering::new(ByMethods(methods))
}

#[derive(Clone)]
struct ByMethods<S>(MethodRouter<S>);

impl<S: Clone + Send + Sync + 'static> Handler<(), S> for ByMethods<S> {
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, state: S) -> Self::Future {
        Box::pin(async move {
            match self.0.with_state(state).oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        })
    }
}

/// What another route's policy is about isn't here, however it is spelled.
fn elsewhere(shape: &'static PolicyShape, request: &mut Parts) -> Denied {
    let explanation = "granted, but the path means another route once it is decoded";
    Denial::after_grant(
        request,
        DenialKind::NotFound,
        Some(shape),
        explanation.to_owned(),
        None,
    )
}

/// A router's state in its requests, for what axum mounts as a service: that has no state. Nobody else can put one there.
#[derive(Clone)]
pub(super) struct StateOf<S>(Arc<S>);

impl<S: Clone + Send + Sync + 'static> StateOf<S> {
    pub(super) fn new(state: S) -> Self {
        Self(Arc::new(state))
    }

    /// Of several routers around a service the nearest one's.
    pub(super) fn tell(&self, mut request: Request) -> Request {
        request.extensions_mut().insert(Self(Arc::clone(&self.0)));
        request
    }
}

/// Answers as of the state that the router has told.
async fn with_state<S>(service: Answering<S>, request: Request) -> Response
where
    S: Clone + Send + Sync + 'static,
{
    match request.extensions().get::<StateOf<S>>() {
        Some(state) => {
            let state = S::clone(&state.0);
            service.call(request, state).await
        }
        // A layer took it out.
        None => Denied::unwired().into_response(),
    }
}

impl<S> fmt::Debug for UnderPolicy<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnderPolicy").field(&self.handler).finish()
    }
}
