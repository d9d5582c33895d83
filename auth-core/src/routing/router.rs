use std::{fmt, panic::Location};

use axum::Router;
use tower::util::MapRequestLayer;

use super::{
    answer::Answering,
    layer::{RouteLayer, warn_of_cors},
    method::{IntoPolicyMethodRouter, MountedHandler},
    policies::{Mounted, Policies, PolicyRow},
    service::{ServiceUnder, StateOf, all_behind, by_methods},
    settings::Settings,
};
use crate::{Identity, guard::DeclaredHandler, jobs::Program, rule::Policy};

/// A router that accepts nothing undeclared, and serves nothing until it is authenticated.
///
/// It has axum's methods; each takes handlers that declare a policy, or a policy value beside the
/// service. [`authenticate`](PolicyRouter::authenticate) is the only way to something that serves.
#[must_use = "a router does nothing until it is authenticated and served"]
pub struct PolicyRouter<S = ()> {
    pub(super) inner: Router<S>,
    pub(super) policies: Policies,
    pub(super) settings: Settings,
    /// Whether a service below a prefix waits to be told the state.
    stateless: bool,
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
            stateless: false,
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

    /// Mounts a service under a path's prefix, and under a policy; see [`axum::Router::nest_service`].
    ///
    /// # Panics
    ///
    /// Where axum does: a path that doesn't start with `/`, or that another one stands in the way of.
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
            self.inner = self.inner.nest_service(path, mounted.nested);
            self.stateless = true;
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
            self.stateless |= router.stateless;
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
            self.stateless |= router.stateless;
        }
        self.settings
            .join("a router that is merged", router.settings);
        self
    }

    /// Declares a program of the app's own, what it does and what it may: a run at night, a queue's worker. It stands in the
    /// table of policies, and [`Jobs::program`](crate::Jobs::program) is how it calls.
    ///
    /// It is a machine, and owns nothing: what it may do is what `may` gives it.
    #[track_caller]
    pub fn program(
        mut self,
        name: &'static str,
        does: &'static str,
        may: impl FnOnce(Identity) -> Identity,
    ) -> Self {
        let program = Program::new(name, does, may, Location::caller());
        self.policies.programs.push(program);
        self
    }

    /// Dead credentials make the caller nobody on all that is mounted so far: expired ones, and such as can't be judged now.
    /// What asks for somebody answers 401 as it does to nobody; what another site's page had sent, and what can't be read as
    /// a credential, is refused all the same.
    pub fn ignores_credentials(mut self) -> Self {
        self.policies.ignore_credentials();
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

    /// The same, a handler a method: `.fallback_methods(get(page))` answers 405 to other methods.
    #[track_caller]
    pub fn fallback_methods(mut self, methods: impl IntoPolicyMethodRouter<S>) -> Self {
        let methods = methods.into_policy_method_router();
        let handlers = methods.handlers.into_iter();
        let rows = handlers.map(|handler| PolicyRow::of("", handler, Mounted::UnknownPath));
        if self.admits(&rows.collect()) {
            self.inner = self.inner.fallback(by_methods(methods.inner));
        }
        self
    }

    /// Takes over the routes of a router of axum's own, all under one policy: `.merge_service(public("the API's own
    /// documentation"), swagger)`. The table of policies has one row for it, since it can't list what is in there.
    ///
    /// # Panics
    ///
    /// Where axum does: a path that another one stands in the way of, two fallbacks.
    #[track_caller]
    pub fn merge_service<P: Policy<S>>(mut self, policy: P, router: Router) -> Self {
        let (handler, router) = all_behind::<S, P>(policy, router);
        let row = PolicyRow::of("", handler, Mounted::Unlisted);
        if self.admits(&row.into()) {
            self.inner = self.inner.merge(router.with_state(()));
            self.stateless = true;
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

    /// Puts a layer around what is mounted so far, inside of the authentication: it may ask who calls
    /// ([`Principal::of_request`](crate::Principal::of_request)), and sees what guards refuse.
    ///
    /// Here belongs what depends on the caller (a rate for each of them) or on some routes alone (a body limit for uploads, a
    /// longer timeout). What is to be around *every* answer belongs on [`Guarded::layer`](super::Guarded::layer): dead
    /// credentials are refused outside of this one.
    ///
    /// A layer that answers by itself answers before the guard: a cache doesn't belong here.
    pub fn layer(mut self, layer: impl RouteLayer) -> Self {
        warn_of_cors(&layer);
        self.inner = self.inner.layer(layer);
        self
    }

    /// The same around the routes alone, not around fallbacks.
    #[track_caller]
    pub fn route_layer(mut self, layer: impl RouteLayer) -> Self {
        warn_of_cors(&layer);
        self.inner = self.inner.route_layer(layer);
        self
    }

    /// Gives the router its state.
    pub fn with_state<S2>(mut self, state: S) -> PolicyRouter<S2> {
        if self.stateless {
            let kept = StateOf::new(state.clone());
            let telling = MapRequestLayer::new(move |request| kept.tell(request));
            self.inner = self.inner.layer(telling);
        }
        PolicyRouter {
            inner: self.inner.with_state(state),
            policies: self.policies,
            settings: self.settings,
            stateless: false,
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
            stateless: self.stateless,
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
