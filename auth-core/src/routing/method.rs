use std::{any::type_name, fmt};

use axum::routing::{MethodFilter, MethodRouter};
use http::Method;

use super::{answer::Answering, layer::RouteLayer};
use crate::{
    guard::DeclaredHandler,
    rule::{PolicyShape, Said, Shape},
};

/// The handlers of one path, a method each, every one with its policy.
#[must_use = "a method router does nothing until it is mounted with `.route(path, ...)`"]
pub struct PolicyMethodRouter<S = ()> {
    pub(super) inner: MethodRouter<S>,
    pub(super) handlers: Vec<MountedHandler>,
}

/// What is known about a mounted handler before its full path is.
#[derive(Clone, Debug)]
pub(super) struct MountedHandler {
    pub(super) method: Option<Method>,
    pub(super) shape: &'static PolicyShape,
    pub(super) said: Option<Said>,
    pub(super) name: &'static str,
    /// Whether it is a service of any kind, which reads its request by itself.
    pub(super) is_service: bool,
    pub(super) ignores_credentials: bool,
    /// Whether it takes all cookies of the request, as it finds them.
    pub(super) takes_cookies: bool,
}

impl MountedHandler {
    pub(super) fn of<H: DeclaredHandler<T, S>, T, S>(handler: &H, method: Option<Method>) -> Self {
        let declared = H::DECLARED.0;
        Self {
            takes_cookies: takes_cookies(type_name::<T>()),
            ..Self::under(declared, handler.said(), type_name::<H>(), method)
        }
    }

    pub(super) fn of_service<P: Shape, V>(policy: &P) -> Self {
        Self {
            is_service: true,
            ..Self::under(P::SHAPE, policy.said(), type_name::<V>(), None)
        }
    }

    fn under(
        shape: &'static PolicyShape,
        said: Option<Said>,
        name: &'static str,
        method: Option<Method>,
    ) -> Self {
        Self {
            method,
            shape,
            said,
            name,
            is_service: false,
            takes_cookies: false,
            ignores_credentials: shape.ignores_credentials
                || said.is_some_and(|said| said.ignores_credentials),
        }
    }
}

/// Whether a handler's arguments hold a jar of cookies, by the names of those that are known.
fn takes_cookies(arguments: &str) -> bool {
    let jars = ["axum_extra::extract::cookie::", "tower_cookies::"];
    jars.iter().any(|jar| arguments.contains(jar))
}

/// A method router whose handlers declare their policies.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be mounted on a `PolicyRouter<{S}>`",
    label = "its handlers declare no policies, or take another state",
    note = "axum's own method routers declare no policies: make it with `auth_core::routing::get` and the like",
    note = "what rules and handlers take must come (`FromRef`) out of the router's state"
)]
pub trait IntoPolicyMethodRouter<S> {
    #[doc(hidden)]
    fn into_policy_method_router(self) -> PolicyMethodRouter<S>;
}

impl<S> IntoPolicyMethodRouter<S> for PolicyMethodRouter<S> {
    fn into_policy_method_router(self) -> Self {
        self
    }
}

impl<S: Clone + Send + Sync + 'static> PolicyMethodRouter<S> {
    pub(super) fn new() -> Self {
        Self {
            inner: MethodRouter::new(),
            handlers: Vec::new(),
        }
    }

    pub(super) fn mount<H, T>(
        mut self,
        filter: MethodFilter,
        methods: &[Method],
        handler: H,
    ) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        for method in methods {
            self.handlers
                .push(MountedHandler::of(&handler, Some(method.clone())));
        }
        self.inner = self.inner.on(filter, Answering::new(handler));
        self
    }

    /// Mounts a handler for several methods: `MethodFilter::PUT.or(MethodFilter::PATCH)`.
    ///
    /// # Panics
    ///
    /// On a method that this version of `auth-core` doesn't know: the handler would be mounted, and no row of the
    /// table of policies would say so.
    #[track_caller]
    pub fn on<H, T>(self, filter: MethodFilter, handler: H) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        match methods_of(filter, &METHODS) {
            Some(methods) => self.mount(filter, &methods, handler),
            None => panic!(
                "`{}` is mounted for a method that the table of policies can't list: mount it with `.any(…)`, or use \
                 a newer `auth-core`",
                type_name::<H>(),
            ),
        }
    }

    /// Puts a layer around the handlers so far, and around what answers other methods: `put(edit).layer(limit)` is about PUT
    /// alone, where a layer of the router's is about all routes.
    ///
    /// It is outside of the guards: a layer that answers by itself answers before they do, so a cache doesn't belong here.
    pub fn layer(mut self, layer: impl RouteLayer) -> Self {
        self.inner = self.inner.layer(layer);
        self
    }

    /// Mounts a handler for every method that has none of its own.
    pub fn any<H, T>(mut self, handler: H) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        self.handlers.push(MountedHandler::of(&handler, None));
        self.inner = self.inner.fallback(Answering::new(handler));
        self
    }
}

const METHODS: [(MethodFilter, Method); 9] = [
    (MethodFilter::GET, Method::GET),
    (MethodFilter::POST, Method::POST),
    (MethodFilter::PUT, Method::PUT),
    (MethodFilter::PATCH, Method::PATCH),
    (MethodFilter::DELETE, Method::DELETE),
    (MethodFilter::HEAD, Method::HEAD),
    (MethodFilter::OPTIONS, Method::OPTIONS),
    (MethodFilter::TRACE, Method::TRACE),
    (MethodFilter::CONNECT, Method::CONNECT),
];

/// The methods that a filter matches; none where it matches others, too.
fn methods_of(filter: MethodFilter, all: &[(MethodFilter, Method)]) -> Option<Vec<Method>> {
    let among = all.iter().filter(|(one, _)| filter.or(*one) == filter);
    let matched = among
        .clone()
        .map(|(one, _)| *one)
        .reduce(MethodFilter::or)?;
    let methods = among.map(|(_, method)| method.clone()).collect();
    (matched == filter).then_some(methods)
}

/// Routes several methods to a handler that declares its policy.
///
/// # Panics
///
/// On a method that this version of `auth-core` doesn't know.
#[track_caller]
pub fn on<H, T, S>(filter: MethodFilter, handler: H) -> PolicyMethodRouter<S>
where
    H: DeclaredHandler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    PolicyMethodRouter::new().on(filter, handler)
}

/// Routes every method to a handler that declares its policy.
pub fn any<H, T, S>(handler: H) -> PolicyMethodRouter<S>
where
    H: DeclaredHandler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    PolicyMethodRouter::new().any(handler)
}

impl<S> fmt::Debug for PolicyMethodRouter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PolicyMethodRouter")
            .field(&self.handlers)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{METHODS, Method, MethodFilter, methods_of};

    #[test]
    fn a_filter_with_a_method_that_no_row_could_tell_of_matches_none() {
        let both = MethodFilter::GET.or(MethodFilter::CONNECT);
        assert_eq!(
            methods_of(both, &METHODS),
            Some(vec![Method::GET, Method::CONNECT])
        );
        for filter in [both, MethodFilter::CONNECT] {
            assert_eq!(methods_of(filter, &METHODS[..8]), None);
        }
        for (filter, method) in METHODS {
            assert_eq!(methods_of(filter, &METHODS), Some(vec![method]));
        }
    }
}
