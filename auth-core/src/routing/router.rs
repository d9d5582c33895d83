use std::{any::type_name, convert::Infallible, fmt};

use axum::{
    Router,
    extract::Request,
    response::IntoResponse,
    routing::{MethodRouter, any},
};
use tower::ServiceExt;
use tower_service::Service;

use super::{
    answer::Answering,
    guarded::guarded,
    layer::RouteLayer,
    method::{IntoPolicyMethodRouter, MountedHandler},
    policies::{Mounted, Policies, PolicyRow},
    settings::Settings,
    template::mount,
};
use crate::{guard::DeclaredHandler, rule::Policy};

/// A router that accepts nothing undeclared, and serves nothing until it is authenticated.
///
/// It has axum's methods; each takes handlers that declare a policy, or a policy value beside the
/// service. [`authenticate`](PolicyRouter::authenticate) is the only way to something that serves.
#[must_use = "a router does nothing until it is authenticated and served"]
pub struct PolicyRouter<S = ()> {
    pub(super) inner: Router<S>,
    pub(super) policies: Policies,
    pub(super) settings: Settings,
}

/// A router whose routes declare their policies.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be joined to a `PolicyRouter<{S}>`",
    label = "its routes declare no policies, or it is authenticated already",
    note = "axum's own routers declare no policies: build it with `PolicyRouter::new()`, or mount it as a service with a policy: `.nest_service(path, policy, router)`",
    note = "authenticated routers are joined to each other: `.authenticate(...).nest(path, other)`"
)]
pub trait IntoPolicyRouter<S> {
    #[doc(hidden)]
    fn into_policy_router(self) -> PolicyRouter<S>;
}

impl<S> IntoPolicyRouter<S> for PolicyRouter<S> {
    fn into_policy_router(self) -> Self {
        self
    }
}

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
    service: MethodRouter<S>,
    nested: Router<S>,
    handler: MountedHandler,
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
        let handler = MountedHandler {
            method: None,
            shape: P::SHAPE,
            said: policy.said(),
            name: type_name::<V>(),
        };
        let service = guarded(policy, move |request: Request| {
            let service = self.clone();
            async move {
                match service.oneshot(mount(request)).await {
                    Ok(response) => response.into_response(),
                    Err(never) => match never {},
                }
            }
        });
        let service = Answering::new(service.named(type_name::<V>()));
        let (service, nested) = (any(service.clone()), Router::new().fallback(service));
        UnderPolicy {
            service,
            nested,
            handler,
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Default for PolicyRouter<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> PolicyRouter<S> {
    /// A router without routes.
    pub fn new() -> Self {
        Self {
            inner: Router::new(),
            policies: Policies::default(),
            settings: Settings::default(),
        }
    }

    /// Mounts the handlers of a path; see [`axum::Router::route`].
    ///
    /// # Panics
    ///
    /// Where axum does: a path that doesn't start with `/`, or that another one stands in the way of.
    #[track_caller]
    pub fn route(mut self, path: &str, methods: impl IntoPolicyMethodRouter<S>) -> Self {
        let methods = methods.into_policy_method_router();
        let handlers = methods.handlers.into_iter();
        let rows = handlers.map(|handler| PolicyRow::of(path, handler, Mounted::Path));
        if self.admits(&rows.collect()) {
            self.inner = self.inner.route(path, methods.inner);
        }
        self
    }

    /// Mounts a service at a path, under a policy.
    #[track_caller]
    pub fn route_service<P, V: ServiceUnder<S, P>>(
        mut self,
        path: &str,
        policy: P,
        service: V,
    ) -> Self {
        let mounted = service.under(policy);
        let row = PolicyRow::of(path, mounted.handler, Mounted::Path);
        if self.admits(&row.into()) {
            self.inner = self.inner.route(path, mounted.service);
        }
        self
    }

    /// Mounts a service under a path's prefix, and under a policy.
    #[track_caller]
    pub fn nest_service<P, V: ServiceUnder<S, P>>(
        mut self,
        path: &str,
        policy: P,
        service: V,
    ) -> Self {
        let mounted = service.under(policy);
        let row = PolicyRow::of(path, mounted.handler, Mounted::Below);
        if self.admits(&row.into()) {
            self.inner = self.inner.nest(path, mounted.nested);
            // axum's nesting leaves out the prefix with a slash; its `nest_service` doesn't.
            if !path.ends_with('/') {
                let slash = Router::new().route("/", mounted.service);
                self.inner = self.inner.nest(&format!("{path}/"), slash);
            }
        }
        self
    }

    /// Mounts a router's routes under a path's prefix.
    ///
    /// Requests under the prefix that match none of its routes go to this router's fallback.
    #[track_caller]
    pub fn nest(mut self, path: &str, router: impl IntoPolicyRouter<S>) -> Self {
        let router = router.into_policy_router();
        let rows = router.policies.under(path);
        if self.admits(&rows) {
            self.inner = self.inner.nest(path, router.inner);
        }
        let below = format!("{path} and below");
        self.settings.join(&below, router.settings);
        self
    }

    /// Takes over a router's routes.
    #[track_caller]
    pub fn merge(mut self, router: impl IntoPolicyRouter<S>) -> Self {
        let router = router.into_policy_router();
        if self.admits(&router.policies) {
            self.inner = self.inner.merge(router.inner);
        }
        self.settings
            .join("a router that is merged", router.settings);
        self
    }

    /// What answers requests that match no route. It is a handler like any other.
    #[track_caller]
    pub fn fallback<H, T>(mut self, handler: H) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        let mounted = MountedHandler::of(&handler, None);
        let row = PolicyRow::of("", mounted, Mounted::UnknownPath);
        let handler = Answering::new(handler);
        if self.admits(&row.into()) {
            self.inner = self.inner.fallback(handler);
        }
        self
    }

    /// What answers requests whose path is known and whose method is not. It is a handler like any
    /// other.
    pub fn method_not_allowed_fallback<H, T>(mut self, handler: H) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        let mounted = MountedHandler::of(&handler, None);
        let row = PolicyRow::of("", mounted, Mounted::UnknownMethod);
        let handler = Answering::new(handler);
        if self.admits(&row.into()) {
            self.inner = self.inner.method_not_allowed_fallback(handler);
        }
        self
    }

    /// Puts a layer around what is mounted so far, inside of the authentication.
    ///
    /// A layer that answers by itself answers before the guard: a cache doesn't belong here.
    pub fn layer(mut self, layer: impl RouteLayer) -> Self {
        self.inner = self.inner.layer(layer);
        self
    }

    /// The same around the routes alone, not around fallbacks.
    #[track_caller]
    pub fn route_layer(mut self, layer: impl RouteLayer) -> Self {
        self.inner = self.inner.route_layer(layer);
        self
    }

    /// Gives the router its state.
    pub fn with_state<S2>(self, state: S) -> PolicyRouter<S2> {
        PolicyRouter {
            inner: self.inner.with_state(state),
            policies: self.policies,
            settings: self.settings,
        }
    }

    /// The table of policies so far.
    #[must_use]
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Lists rows, and says whether they may be mounted. What clashes is refused when the router is
    /// authenticated, together with all else that can't work; axum would panic here.
    fn admits(&mut self, rows: &Policies) -> bool {
        let clash = self.policies.clash(rows);
        self.policies.merge(rows);
        !clash
    }
}

// By hand: a derived one wants `S: Clone`.
impl<S> Clone for PolicyRouter<S> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            policies: self.policies.clone(),
            settings: self.settings.clone(),
        }
    }
}

impl<S> fmt::Debug for PolicyRouter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyRouter")
            .field("policies", &self.policies)
            .finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for UnderPolicy<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnderPolicy").field(&self.handler).finish()
    }
}
